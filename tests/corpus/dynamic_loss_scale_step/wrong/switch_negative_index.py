# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def next_scale(ok, full, scale):
    keep = lambda s: s
    grow = lambda s: jnp.minimum(s * 2, 2.0**24)
    shrink = lambda s: jnp.maximum(s / 2, 1.0)
    index = jnp.where(ok, full.astype(jnp.int32), -1)  #@ scale-not-reduced
    return lax.switch(index, (keep, grow, shrink), scale)


def next_count(ok, full, n):
    return lax.cond(ok & ~full, lambda c: c + 1, lambda c: jnp.zeros_like(c), n)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)
    s, n = jnp.float32(loss_scale), jnp.int32(good_steps)

    def cost(theta):
        k, b = (t.astype(jnp.float16) for t in theta)
        return jnp.mean(jnp.square(x16 @ k + b - y16)).astype(jnp.float32)

    _, vjp = jax.vjp(lambda t: s * cost(t), theta)
    g = jax.tree.map(lambda t: t / s, vjp(jnp.float32(1.0))[0])
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    full = jnp.asarray(n + 1 >= growth_interval)
    theta = lax.cond(ok, lambda: jax.tree.map(lambda t, d: t - lr * d, theta, g), lambda: theta)
    return jnp.stack((cost(theta), next_scale(ok, full, s), next_count(ok, full, n).astype(jnp.float32)))
