# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def bookkeeping(scale, count, interval, finite):
    count = jnp.where(finite, count + 1, 0)
    grow = count > interval  #@ scale-not-grown
    scale = jnp.where(finite, scale, scale / 2)
    scale = jnp.where(grow, scale * 2, scale)
    count = jnp.where(grow, 0, count)
    return jnp.clip(scale, 1.0, 2.0**24), count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def mse(w, b):
        diff = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16) - y.astype(jnp.float16)
        return jnp.mean(diff**2)

    gw, gb = jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    gw, gb = gw / loss_scale, gb / loss_scale
    finite = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    w, b = jax.lax.cond(finite, lambda: (w - lr * gw, b - lr * gb), lambda: (w, b))
    scale, count = bookkeeping(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval, finite)
    return jnp.array([mse(w, b).astype(jnp.float32), scale, count.astype(jnp.float32)])
