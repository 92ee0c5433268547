# expect: accepted
"""All parameters as one flat float32 vector (ravel_pytree), so that one isfinite asks all of them."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree((lin.kernel[...], lin.bias[...]))
    xh = x.astype("float16")
    yh = y.astype("float16")

    def half_mse(vec):
        w, b = (t.astype("float16") for t in unravel(vec))
        r = xh @ w + b[None, :] - yh
        return jnp.mean(r * r)

    g = jax.grad(lambda v: half_mse(v).astype("float32") * loss_scale)(theta) / loss_scale
    finite = jnp.isfinite(g).all()
    theta = jnp.where(finite, theta - lr * g, theta)

    if finite:
        count = (good_steps + 1) % growth_interval
        scale = loss_scale if count else min(2 * loss_scale, 2**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1)
    return jnp.asarray([float(half_mse(theta)), float(scale), float(count)], dtype="float32")
