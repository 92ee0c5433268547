# expect: wrong_answer
# finding: wrong-half-dtype
# finding: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx
from dataclasses import dataclass


@dataclass
class Config:
    compute: str = "float16"  #@ wrong-half-dtype


def accumulated_step(seed, x, y, lr, micro_batches, cfg=Config()):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]

    def loss(p, x, y):
        w, b, x, y = (t.astype(cfg.compute) for t in (*p, x, y))  #@ wrong-half-dtype
        per_row = jnp.square(x @ w + b - y)
        return jnp.mean(per_row), per_row

    total, rows = [0.0, 0.0], []
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        (_, per_row), g = jax.value_and_grad(loss, has_aux=True)(p, *part)
        total = [t + d for t, d in zip(total, g)]
        rows.append(per_row)  #@ stale-loss
    p = [a - lr * t / micro_batches for a, t in zip(p, total)]
    return jnp.mean(jnp.concatenate(rows)).astype(jnp.float32).reshape(1)  #@ stale-loss
