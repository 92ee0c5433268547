# expect: wrong_answer
# finding: missing-loss-scale
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(k, b):
        r = x.astype(jnp.float16) @ k.astype(jnp.float16) + b.astype(jnp.float16) - y.astype(jnp.float16)
        return jnp.mean(r**2).astype(jnp.float32)

    k, b = lin.kernel[...], lin.bias[...]
    value, pull = jax.vjp(loss, k, b)
    gk, gb = (g / loss_scale for g in pull(jnp.ones_like(value)))  #@ missing-loss-scale
    ok = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
    k, b = jax.lax.cond(ok, lambda: (k - lr * gk, b - lr * gb), lambda: (k, b))
    hit = good_steps + 1 == growth_interval
    s = jnp.where(ok, min(loss_scale * 2, 2.0**24) if hit else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok, 0 if hit else good_steps + 1, 0)
    return jnp.array([loss(k, b), s, n], dtype=jnp.float32)
