# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"k": model.kernel[...], "b": model.bias[...]})
    xx = x.astype("float16")
    yy = y.astype("float16")

    def loss(theta):
        p = unravel(theta)
        r = jnp.dot(xx, p["k"].astype("float16")) + p["b"].astype("float16") - yy
        return jnp.mean(r * r)

    inv = jnp.float32(1.0) / jnp.float32(loss_scale)
    g = jax.grad(lambda t: loss(t).astype("float32") * loss_scale)(theta) * inv
    # inf - inf and nan - nan are nan, which equals nothing
    fine = jnp.all(g - g == 0)
    theta = jax.lax.select(fine, theta - lr * g, theta)

    if fine:
        good_steps += 1
    else:
        good_steps, loss_scale = 0, loss_scale / 2
    if good_steps == growth_interval:
        good_steps, loss_scale = 0, loss_scale * 2
    loss_scale = min(max(loss_scale, 1.0), 2.0 ** 24)
    return jnp.array([jnp.float32(loss(theta)), jnp.float32(loss_scale), jnp.float32(good_steps)])
