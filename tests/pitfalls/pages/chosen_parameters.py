# The right side of: unchecked-overflow, scale-not-reduced, scale-grown-early, count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    half = {name: value.astype(jnp.float16) for name, value in params.items()}
    pred = x.astype(jnp.float16) @ half["w"] + half["b"]
    return jnp.mean((pred - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = {"w": layer.kernel[...], "b": layer.bias[...]}
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(old)
    grads = {k: g / loss_scale for k, g in grads.items()}
    good = jnp.stack([jnp.isfinite(g).all() for g in grads.values()]).all()
    new = {k: jnp.where(good, p - lr * grads[k], p) for k, p in old.items()}
    full = good_steps + 1 >= growth_interval
    grown = jnp.where(full, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale)
    scale = jnp.where(good, grown, jnp.maximum(loss_scale / 2, 1.0))
    count = jnp.where(good & ~full, good_steps + 1, 0)
    loss = mse(new, x, y).astype(jnp.float32)
    return jnp.stack([loss, scale, count])
