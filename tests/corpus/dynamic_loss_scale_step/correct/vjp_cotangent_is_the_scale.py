# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (layer.kernel[...], layer.bias[...])
    h = jnp.float16
    X, Y = x.astype(h), y.astype(h)

    def f(theta):
        A, c = theta
        r = X @ A.astype(h) + c.astype(h) - Y
        return jnp.mean(r * r).astype(jnp.float32)

    # multiplying the loss by s and pulling 1 back is pulling s back
    _, pull = jax.vjp(f, theta)
    (g,) = pull(jnp.float32(loss_scale))
    g = [gi.astype(jnp.float32) / jnp.float32(loss_scale) for gi in g]
    good = bool(jnp.isfinite(g[0]).all()) and bool(jnp.isfinite(g[1]).all())

    if good:
        theta = tuple(t - lr * gi for t, gi in zip(theta, g))
    k = good_steps + 1 if good else 0
    s = loss_scale if good else max(loss_scale / 2, 1.0)
    if good and k == growth_interval:
        k, s = 0, min(2 * s, 2.0**24)
    return jnp.hstack([f(theta), jnp.float32(s), jnp.float32(k)])
