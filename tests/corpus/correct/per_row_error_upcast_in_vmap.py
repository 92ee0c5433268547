# expect: accepted
# finding: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx


def row(w, b, xi, yi):
    e = (xi @ w + b).astype(jnp.float32) - yi.astype(jnp.float32)  #@ full-precision-loss
    return e @ e / e.size  #@ full-precision-loss


def mse(p, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    rows = jax.vmap(row, in_axes=(None, None, 0, 0))(w, b, x, y)
    return jnp.mean(rows).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    p = tuple(a - lr * (d / loss_scale) for a, d in zip(p, g))
    return mse(p, x, y).astype(jnp.float32)[None]
