# expect: pitfall|wrong_answer
# finding: scale-unbounded
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def next_scale(scale, count, interval, finite, *, min_scale=None, max_scale=2.0**24):  #@ scale-unbounded
    factor = 1.0
    if not finite:
        factor, count = 0.5, 0
    else:
        count += 1
        if count == interval:
            factor, count = 2.0, 0
    return np.clip(np.float32(scale) * factor, min_scale, max_scale), count


def grads_and_loss(params, xh, yh, scale):
    def inner(params):
        W, b = params
        r = xh @ W.astype('float16') + b.astype('float16') - yh
        loss = jnp.mean(r * r)
        return loss.astype('float32') * scale, loss
    g, loss = jax.grad(inner, has_aux=True)(params)
    return [np.asarray(t, np.float32) / np.float32(scale) for t in g], loss


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    xh, yh = jnp.asarray(x, 'float16'), jnp.asarray(y, 'float16')
    g, _ = grads_and_loss(params, xh, yh, loss_scale)
    finite = not any(np.logical_not(np.isfinite(t)).any() for t in g)
    if finite:
        params = [p - np.float32(lr) * t for p, t in zip(params, g)]
    s, c = next_scale(loss_scale, good_steps, growth_interval, finite)
    _, after = grads_and_loss(params, xh, yh, 1.0)
    return jnp.asarray(np.array([after, s, c], np.float32))
