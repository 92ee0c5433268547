# expect: accepted
"""The division by the scale is folded into SGD's learning rate, in Python's own floats."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    xh, yh = half((x, y))

    def loss(p):
        p = half(p)
        return jnp.mean(jnp.square(xh @ p["kernel"] + p["bias"] - yh))

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    finite = jnp.logical_and(*[jnp.isfinite(v).all() for v in g.values()])
    tx = optax.sgd(lr / loss_scale)
    u, _ = tx.update(g, tx.init(params), params)
    u = jax.tree.map(lambda d: jnp.where(finite, d, 0.0), u)
    params = optax.apply_updates(params, u)

    n = jnp.where(finite, good_steps + 1, 0)
    hit = n == growth_interval
    s = jnp.float32(loss_scale) * jnp.where(finite, jnp.where(hit, 2.0, 1.0), 0.5)
    s = jnp.clip(s, 1.0, 2.0**24)
    n = jnp.where(hit, 0, n)
    return jnp.array([loss(params), s, n], dtype=jnp.float32)
