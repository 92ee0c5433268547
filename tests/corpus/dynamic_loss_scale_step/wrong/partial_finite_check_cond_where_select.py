# expect: pitfall|wrong_answer
# finding: partial-finite-check
import functools
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def any_bad(tree):
    flags = jax.tree.map(lambda a: jnp.isnan(a).any(), tree)  #@ partial-finite-check
    return functools.reduce(jnp.logical_or, jax.tree.leaves(flags))


@jax.jit
def _step(p, x, y, lr, scale, count, interval):
    half = functools.partial(jax.tree.map, lambda a: a.astype(jnp.float16))

    def mse(p):
        q, xx, yy = half((p, x, y))
        return jnp.mean((xx @ q["kernel"] + q["bias"] - yy) ** 2)

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * scale)(p)
    g = jax.tree.map(lambda a: a / scale, g)
    skip = any_bad(g)  #@ partial-finite-check
    p = lax.cond(skip, lambda: p, lambda: jax.tree.map(lambda a, d: a - lr * d, p, g))
    n = jnp.where(skip, 0, count + 1)
    grow = n == interval
    scale = lax.select_n(
        skip.astype(jnp.int32) + 2 * grow.astype(jnp.int32),
        scale,
        jnp.maximum(scale / 2, 1.0),
        jnp.minimum(scale * 2, 2.0**24),
    )
    n = jnp.where(grow, 0, n)
    return jnp.stack([mse(p).astype(jnp.float32), scale, n.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    p = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    return _step(p, x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
