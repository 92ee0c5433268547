# expect: wrong_answer
# finding: unscaled-grads
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean((xh @ p[0].astype(jnp.float16) + p[1].astype(jnp.float16) - yh) ** 2).astype(jnp.float32)

    def good(op):
        p, g, s, n = op
        new = tuple(a - lr * d for a, d in zip(p, g))  #@ unscaled-grads
        full = n + 1 >= growth_interval
        return new, jnp.where(full, jnp.minimum(2 * s, 2.0**24), s), jnp.where(full, 0, n + 1)

    def bad(op):
        p, _, s, n = op
        return p, jnp.maximum(s / 2, 1.0), n  #@ count-not-reset

    @jax.jit
    def step(p, s, n):
        g = jax.grad(lambda p: loss(p) * s)(p)  #@ unscaled-grads
        ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
        return jax.lax.cond(ok, good, bad, (p, g, s, n))

    p, s, n = step((lin.kernel[...], lin.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([loss(p), s, n.astype(jnp.float32)])
