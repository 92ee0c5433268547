# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"k": lin.kernel[...], "b": lin.bias[...]})
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(theta):
        p = unravel(theta)
        e = x16 @ p["k"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y16
        return jnp.mean(e**2)

    d = jax.grad(lambda t: loss(t).astype(jnp.float32) * loss_scale)(theta)
    d = d / loss_scale
    fine = jnp.isfinite(d).all()  # one vector, one question
    theta = jnp.where(fine, theta - lr * d, theta)

    n = good_steps + 1
    up = n == growth_interval
    nxt = jnp.where(
        fine,
        jnp.array([min(2 * loss_scale, 2**24) if up else loss_scale, 0 if up else n], jnp.float32),
        jnp.array([max(loss_scale / 2, 1), 0], jnp.float32),
    )
    return jnp.append(loss(theta).astype(jnp.float32), nxt)
