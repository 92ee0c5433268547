# expect: wrong_answer|pitfall
# finding: update-per-micro-batch
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    half = lambda *arrays: [jnp.asarray(a, jnp.bfloat16) for a in arrays]

    def f(p, xb, yb):
        w, b, xb, yb = half(*p, xb, yb)
        return jnp.mean((xb @ w + b - yb) ** 2)

    sgd = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1)  #@ update-per-micro-batch
    s = sgd.init(p)
    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        u, s = sgd.update(jax.grad(f)(p, xb, yb), s, p)
        p = optax.apply_updates(p, u)  #@ update-per-micro-batch
    return f(p, x, y).astype(jnp.float32).reshape(1)
