# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx

F16, F32 = jnp.float16, jnp.float32
MAX_SCALE = 2.0**24
MIN_SCALE = 1.0


def predict_loss(params, x, y):
    w, b = params
    out = jnp.dot(x.astype(F16), w.astype(F16)) + b.astype(F16)
    return jnp.mean((out - y.astype(F16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    grads = jax.grad(lambda p: predict_loss(p, x, y).astype(F32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(F32) / loss_scale, grads)
    all_finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    scale0 = jnp.asarray(loss_scale, F32)
    count0 = jnp.asarray(good_steps, jnp.int32)

    def good_step(state):
        p, scale, count = state
        p = jax.tree.map(lambda a, g: a - lr * g, p, grads)
        count = count + 1
        due = count >= growth_interval
        scale = jnp.where(due, jnp.minimum(scale * 2, MAX_SCALE), scale)
        return p, scale, jnp.where(due, 0, count)

    def skipped_step(state):
        p, scale, count = state
        return p, scale, jnp.zeros_like(count)  #@ scale-not-reduced

    params, scale, count = lax.cond(all_finite, good_step, skipped_step, (params, scale0, count0))
    loss = predict_loss(params, x, y)
    return jnp.stack([loss.astype(F32), scale, count.astype(F32)])
