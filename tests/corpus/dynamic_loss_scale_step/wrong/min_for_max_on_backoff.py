# expect: wrong_answer
# finding: scale-not-reduced
# allow: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    xs, ys = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(t):
        return jnp.mean((xs @ t[0].astype(jnp.float16) + t[1].astype(jnp.float16) - ys) ** 2).astype(jnp.float32)

    _, back = jax.vjp(loss, theta)
    (g,) = back(jnp.float32(loss_scale))
    g = [a / loss_scale for a in g]
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    theta = [jnp.where(ok, t - lr * a, t) for t, a in zip(theta, g)]
    s = jnp.float32(loss_scale)
    full = good_steps + 1 >= growth_interval
    s_good = jnp.minimum(s * 2, 2.0**24) if full else s
    s_bad = jnp.minimum(s / 2, 1.0)  #@ scale-not-reduced
    return jnp.stack([loss(theta), jnp.where(ok, s_good, s_bad), jnp.where(ok & (not full), good_steps + 1.0, 0.0)])
