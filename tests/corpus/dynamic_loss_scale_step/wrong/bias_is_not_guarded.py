# expect: pitfall|wrong_answer
# finding: unchecked-overflow
"""The kernel is protected by jnp.where, the bias takes its step whatever happened."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(w, b):
        return jnp.mean(jnp.square(xh @ w.astype(jnp.float16) + b.astype(jnp.float16) - yh))

    gw, gb = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    gw, gb = gw / loss_scale, gb / loss_scale
    ok = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()

    w = jnp.where(ok, w - lr * gw, w)
    b = b - lr * gb  #@ unchecked-overflow

    due = good_steps + 1 == growth_interval
    s = jnp.where(ok, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok, 0 if due else good_steps + 1, 0)
    return jnp.stack([loss(w, b).astype(jnp.float32), s.astype(jnp.float32), n.astype(jnp.float32)])
