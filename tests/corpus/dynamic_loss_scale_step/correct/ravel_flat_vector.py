# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree((layer.kernel[...], layer.bias[...]))
    assert theta.dtype == jnp.float32
    _, unravel16 = ravel_pytree((layer.kernel[...].astype("float16"), layer.bias[...].astype("float16")))
    x16 = jnp.asarray(x, "float16")
    y16 = jnp.asarray(y, "float16")

    def mse(flat16):
        w, b = unravel16(flat16)
        r = jax.lax.dot_general(x16, w, (((1,), (0,)), ((), ()))) + b[None, :] - y16
        return jnp.mean(r * r)

    def objective(flat16):
        return jnp.float32(1) * mse(flat16).astype(jnp.float32) * jnp.float32(loss_scale)

    grad16 = jax.grad(objective)(theta.astype("float16"))
    grad32 = grad16.astype("float32") / jnp.float32(loss_scale)

    # 0 * finite = 0, 0 * inf = nan: the sum is 0 only if everything is finite.
    # (only asked, never used as an update)
    everything_fine = bool(jnp.sum(grad32 * 0) == 0)

    candidates = {True: theta - lr * grad32, False: theta}
    theta = candidates[everything_fine]

    count = (good_steps + 1) * everything_fine
    factor = 0.5 if not everything_fine else 1.0
    if count >= growth_interval:
        count, factor = 0, 2.0
    scale = sorted([1.0, loss_scale * factor, 2.0**24])[1]
    return jnp.array([mse(theta.astype("float16")).astype("float32"), scale, count], "float32")
