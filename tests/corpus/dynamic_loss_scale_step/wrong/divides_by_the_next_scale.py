# expect: wrong_answer
"""The gradients are divided by the scale of the next step, which after growth is twice the one they carry."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)
    scale = jnp.float32(loss_scale)

    def loss(p):
        return jnp.mean(jnp.square(xh @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - yh))

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    finite = jnp.isfinite(g["w"]).all() & jnp.isfinite(g["b"]).all()
    grow = finite & (good_steps + 1 == growth_interval)
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0)))
    count = jnp.where(finite & ~grow, good_steps + 1, 0)
    g = jax.tree.map(lambda a: a / scale, g)
    params = jax.tree.map(lambda p, a: jnp.where(finite, p - lr * a, p), params, g)
    return jnp.stack([loss(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
