"""A step with a dynamic loss scale, of which a test writes what becomes of the gradients."""

TEXT = """
import functools, operator, jax, jax.numpy as jnp, numpy as np, optax
from jax.flatten_util import ravel_pytree
from flax import nnx

{before}

def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {{"kernel": m.kernel[...], "bias": m.bias[...]}}
    half = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)
    def mse(p):
        q = half(p)
        return jnp.mean((half(x) @ q["kernel"] + q["bias"] - half(y)) ** 2).astype(jnp.float32)
    g = jax.grad(lambda p: mse(p) * loss_scale)(p)
{rest}
    return jnp.stack([mse(p), jnp.float32(loss_scale), jnp.float32(good_steps)])
"""


def scaled_step(rest: str, before: str = "") -> str:
    """A whole submission: `rest` makes new parameters `p` of `g`, the gradients of the scaled loss at `p`."""
    return TEXT.format(rest=rest.strip("\n"), before=before)
