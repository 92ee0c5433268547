# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

MAX_SCALE = 2.0 ** 24
MIN_SCALE = 1.0


def make_half(params):
    return {name: value.astype(jnp.float16) for name, value in params.items()}


def compute_loss(half_params, x, y):
    pred = jnp.matmul(x, half_params["w"])
    pred = jnp.add(pred, half_params["b"])
    diff = jnp.subtract(pred, y)
    return jnp.mean(jnp.multiply(diff, diff))


def all_finite(grads):
    ok = True
    for g in grads.values():
        ok = ok & jnp.all(jnp.isfinite(g))
    return ok


def next_scale(ok, scale, good, interval):
    if ok:
        good = good + 1
        if good == interval:
            return min(scale * 2.0, MAX_SCALE), 0
        return scale, good
    return max(scale / 2.0, MIN_SCALE), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    # numpy rounds to nearest even, like jax
    x16 = np.asarray(x).astype(np.float16)
    y16 = np.asarray(y).astype(np.float16)

    def scaled_loss(half_params):
        loss = compute_loss(half_params, x16, y16)
        return loss.astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss)(make_half(params))
    grads = {k: g.astype(jnp.float32) / loss_scale for k, g in grads.items()}
    ok = all_finite(grads)
    grads = {k: jnp.where(ok, g, 0.0) for k, g in grads.items()}

    sgd = optax.sgd(lr)
    updates, _ = sgd.update(grads, sgd.init(params))
    params = optax.apply_updates(params, updates)

    scale, count = next_scale(bool(ok), loss_scale, good_steps, growth_interval)
    final = compute_loss(make_half(params), x16, y16)
    return jnp.array([np.float32(final), np.float32(scale), np.float32(count)])
