# expect: pitfall|wrong_answer
# finding: partial-finite-check
"""The flattened gradient is searched for NaN, but an overflow mostly leaves infinities."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    flat, unravel = ravel_pytree({"w": lin.kernel[...], "b": lin.bias[...]})
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(v):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), unravel(v))
        return jnp.mean((x16 @ p["w"] + p["b"] - y16) ** 2)

    g = jax.grad(lambda v: loss(v).astype(jnp.float32) * loss_scale)(flat) / loss_scale
    finite = ~jnp.isnan(g).any()  #@ partial-finite-check
    flat = jnp.where(finite, flat - lr * g, flat)
    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    else:
        count = (good_steps + 1) % growth_interval
        scale = loss_scale if count else min(loss_scale * 2, 2.0**24)
    return jnp.array([loss(flat), scale, count], dtype=jnp.float32)
