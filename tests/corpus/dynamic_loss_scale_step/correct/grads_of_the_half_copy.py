# expect: accepted
"""Differentiates with respect to the float16 copy, and casts the gradients: the cast's derivative is a cast."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(copy, x16, y16):
    return jnp.mean((x16 @ copy["kernel"] + copy["bias"] - y16) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    down = lambda tree: jax.tree.map(lambda a: a.astype(jnp.float16), tree)
    up = lambda tree: jax.tree.map(lambda a: a.astype(jnp.float32), tree)
    x16, y16 = down(x), down(y)

    grads16 = jax.grad(lambda c: mse(c, x16, y16).astype(jnp.float32) * loss_scale)(down(masters))
    assert all(g.dtype == jnp.float16 for g in grads16.values())
    finite = all(bool(jnp.isfinite(g).all()) for g in grads16.values())
    grads32 = jax.tree.map(lambda g: g / loss_scale, up(grads16))

    if finite:
        masters = jax.tree.map(lambda m, g: m - lr * g, masters, grads32)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    final = mse(down(masters), x16, y16)
    return jnp.array([up(final), scale, count], dtype=jnp.float32)
