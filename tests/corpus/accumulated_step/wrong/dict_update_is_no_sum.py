# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx

LOW = jnp.bfloat16


def loss(p, x, y):
    e = x.astype(LOW) @ p["w"].astype(LOW) + p["b"].astype(LOW) - y.astype(LOW)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    accumulated = {k: jnp.zeros_like(v) for k, v in p.items()}
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        accumulated |= {k: g / micro_batches for k, g in jax.grad(loss)(p, xs, ys).items()}  #@ last-micro-batch-only
    p = {k: p[k] - lr * accumulated[k] for k in p}
    return loss(p, x, y).astype(jnp.float32).reshape(1)
