# expect: wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx

GROWTH = 2.0
CEILING = float(1 << 24)
FLOOR = 1.0


def grow(scale):
    return min(scale * GROWTH, CEILING)


def shrink(scale):
    return max(scale / GROWTH, FLOOR)


def has_overflow(grads):
    flat, _ = jax.flatten_util.ravel_pytree(grads)
    return not bool(jnp.isfinite(flat).all())


def after_step(overflow, scale, count, interval):
    if overflow:
        return shrink(scale), 0
    count += 1
    return (grow(scale), 0) if count + 1 >= interval else (scale, count)  #@ scale-grown-early


def mse(p, x, y):
    x, y, w, b = (v.astype(jnp.float16) for v in (x, y, p["w"], p["b"]))
    return ((x @ w + b - y) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    import jax.flatten_util

    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(w=layer.kernel[...], b=layer.bias[...])
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    overflow = has_overflow(grads)
    if not overflow:
        params = {k: params[k] - lr * grads[k] / loss_scale for k in params}
    scale, count = after_step(overflow, loss_scale, good_steps, growth_interval)
    return jnp.array([mse(params, x, y).astype(jnp.float32), scale, count], jnp.float32)
