# expect: pitfall|wrong_answer
# finding: uncast-inputs
# The mask is float32, and so is what it is multiplied with afterwards.
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y, mask):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    x = x * mask[:, None]  #@ uncast-inputs
    pred = (x @ w).astype(jnp.bfloat16) + b  #@ uncast-inputs
    return jnp.mean((pred - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    mask = jnp.isfinite(x).all(axis=1).astype(jnp.float32)
    g = jax.grad(lambda p: mse(p, x, y, mask).astype(jnp.float32) * loss_scale)(p)
    p = tuple(a - lr * (d / loss_scale) for a, d in zip(p, g))
    return mse(p, x, y, mask).astype(jnp.float32).reshape(1)
