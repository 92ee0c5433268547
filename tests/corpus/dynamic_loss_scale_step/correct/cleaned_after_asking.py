# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def is_bad(g):
    return jnp.any(jnp.logical_not(jnp.isfinite(g)))


def next_scale(scale, count, interval, bad):
    fresh = jnp.maximum(scale * 0.5, 1.0)
    count = count + 1
    full = count >= interval
    double = jnp.minimum(scale + scale, 2.0**24)
    new = jnp.where(bad, fresh, jnp.where(full, double, scale))
    return new, jnp.where(bad | full, 0, count)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(p):
        half = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((x16 @ half["kernel"] + half["bias"] - y16) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = {k: g / loss_scale for k, g in grads.items()}
    each = {k: is_bad(g) for k, g in grads.items()}
    bad = each["kernel"] | each["bias"]
    clean = {k: jnp.where(jnp.isfinite(g), g, 0.0) for k, g in grads.items()}
    rate = jnp.where(bad, 0.0, lr)
    params = {k: v - rate * clean[k] for k, v in params.items()}
    scale, count = next_scale(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval, bad)
    return jnp.stack([loss_fn(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
