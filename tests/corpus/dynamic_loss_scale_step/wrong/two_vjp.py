# expect: wrong_answer|pitfall
# finding: uncast-targets
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ps = (lin.kernel[...], lin.bias[...])
    xh = x.astype(jnp.float16)

    def residual(ps):
        k, b = (p.astype(jnp.float16) for p in ps)
        return xh @ k + b - y  #@ uncast-targets

    def loss(ps):
        r = residual(ps)
        return jnp.mean(r * r).astype(jnp.float16).astype(jnp.float32)

    value, pull = jax.vjp(loss, ps)
    (gs,) = pull(jnp.float32(loss_scale))
    gs = tuple(g.astype(jnp.float32) / loss_scale for g in gs)
    ok = bool(jnp.isfinite(gs[0]).all()) and bool(jnp.isfinite(gs[1]).all())
    if ok:
        ps = tuple(p - lr * g for p, g in zip(ps, gs))

    n = good_steps + 1
    if not ok:
        s, n = max(loss_scale / 2, 1.0), 0
    elif n > growth_interval:  #@ scale-not-grown
        s, n = min(loss_scale * 2, 2.0**24), 0  #@ scale-not-grown
    else:
        s = loss_scale
    return jnp.array([loss(ps), s, n], dtype=jnp.float32)
