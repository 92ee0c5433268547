# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])

    def cost(theta):
        k, b, xs, ys = (t.astype(jnp.float16) for t in (*theta, x, y))
        residual = xs @ k + b - ys
        return jnp.mean(residual**2).astype(jnp.float32)

    _, pullback = jax.vjp(cost, theta)
    (ct,) = pullback(jnp.asarray(loss_scale, jnp.float32))
    direction = [c / loss_scale for c in ct]
    # a number minus itself is 0 unless it is inf or nan
    finite = all(bool(jnp.all(d - d == 0)) for d in direction)

    if finite:
        theta = tuple(t - lr * d for t, d in zip(theta, direction))
        grown, count = divmod(good_steps + 1, growth_interval)
        scale = min(loss_scale * (2.0 if grown else 1.0), 2.0**24)
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.stack([cost(theta), jnp.float32(scale), jnp.float32(count)])
