# expect: accepted
"""Everything pure: params in a dict, one jitted step, lax.cond for the decision."""
import functools

import jax
from jax import lax
import jax.numpy as jnp
from flax import nnx

f16, f32 = jnp.float16, jnp.float32


def mse(p, x, y):
    out = jnp.dot(x, p["w"]) + p["b"]
    return jnp.square(out - y).mean()


def to(tree, dt):
    return jax.tree_util.tree_map(lambda a: a.astype(dt), tree)


@functools.partial(jax.jit, static_argnames=("interval",))
def step(p, x, y, lr, scale, count, interval):
    x, y = to((x, y), f16)
    scale = jnp.asarray(scale, f32)
    g = jax.grad(lambda q: mse(to(q, f16), x, y).astype(f32) * scale)(p)
    g = jax.tree_util.tree_map(lambda a: a / scale, to(g, f32))
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(a)) for a in jax.tree_util.tree_leaves(g)]))

    def good(op):
        p, s, c = op
        p = jax.tree_util.tree_map(lambda a, d: a - lr * d, p, g)
        grow = c + 1 >= interval
        return p, jnp.where(grow, jnp.minimum(2 * s, 2.0**24), s), jnp.where(grow, 0, c + 1)

    def bad(op):
        p, s, c = op
        return p, jnp.maximum(s / 2, 1.0), jnp.zeros_like(c)

    p, scale, count = lax.cond(finite, good, bad, (p, scale, jnp.asarray(count, jnp.int32)))
    return jnp.stack([mse(to(p, f16), x, y).astype(f32), scale, count.astype(f32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    return step(p, x, y, lr, loss_scale, good_steps, growth_interval)
