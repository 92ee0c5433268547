# expect: wrong_answer
# Keeps a mean, so that nothing has to be divided at the end.
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b = (q.astype(jnp.bfloat16) for q in p)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    mean = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(mse)(p, xb, yb)
        mean = g if mean is None else jax.tree.map(lambda m, d: (m + d) / 2, mean, g)
    p = jax.tree.map(lambda q, m: q - lr * m, p, mean)
    return mse(p, x, y).astype(jnp.float32).reshape(1)
