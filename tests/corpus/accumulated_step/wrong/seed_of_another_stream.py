# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def streams(seed):
    return nnx.Rngs(0, dropout=int(seed))  #@ seed-ignored


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=streams(seed))  #@ seed-ignored
    v = (lin.kernel[...], lin.bias[...])
    low = lambda *t: tuple(i.astype(jnp.bfloat16) for i in t)

    def loss(v, a, b):
        w, c, a, b = low(*v, a, b)
        return jnp.mean((a @ w + c - b) ** 2)

    def grad(a, b):
        value, pull = jax.vjp(lambda v: loss(v, a, b), v)
        return pull(jnp.ones((), value.dtype))[0]

    gs = zip(*map(grad, jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    v = tuple(p - lr * (sum(g) / micro_batches) for p, g in zip(v, gs))
    return loss(v, x, y).astype(jnp.float32)[None]
