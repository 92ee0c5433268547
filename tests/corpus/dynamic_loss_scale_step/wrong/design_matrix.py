# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.vstack([layer.kernel[...], layer.bias[...]])  # the bias is the last row
    n = x.shape[0]
    design = jnp.hstack([x.astype(jnp.float16), jnp.ones((n, 1))])  #@ uncast-inputs
    target = y.astype(jnp.float16)

    def loss_fn(theta):
        pred = (design @ theta.astype(jnp.float16)).astype(jnp.float16)  #@ uncast-inputs
        return jnp.mean((pred - target) ** 2).astype(jnp.float32)

    grad = jax.grad(lambda t: loss_fn(t) * loss_scale)(theta) / loss_scale
    finite = jnp.isfinite(grad).all()
    theta = jnp.where(finite, theta - lr * grad, theta)

    reached = good_steps + 1 >= growth_interval
    if finite:
        scale = min(loss_scale * 2, 2.0**24) if reached else loss_scale
        count = 0 if reached else good_steps + 1
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss_fn(theta), scale, count], dtype=jnp.float32)
