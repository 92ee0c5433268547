# expect: wrong_answer
"""The limit is scaled like the gradients, so it is the limit of the unscaled ones."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    norm = jnp.sqrt(sum(jnp.sum(d * d) for d in g))
    g = [d * jnp.minimum(1.0, 0.01 * loss_scale / norm) for d in g]
    p = [a - lr * (d / loss_scale) for a, d in zip(p, g)]
    return mse(p, x, y).astype(jnp.float32).reshape(1)
