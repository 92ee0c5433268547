# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    half = jax.tree.map(lambda p: p.astype(jnp.float16), masters)
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(jnp.dot(x, p["kernel"]) + p["bias"] - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(half)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ low-precision-unscale
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)

    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        masters = jax.tree.map(lambda m, g: m - lr * g, masters, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(scale * 2.0, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale * 0.5, 1.0)
        count = 0
    half = jax.tree.map(lambda p: p.astype(jnp.float16), masters)
    return jnp.array([loss(half).astype(jnp.float32), scale, count], dtype=jnp.float32)
