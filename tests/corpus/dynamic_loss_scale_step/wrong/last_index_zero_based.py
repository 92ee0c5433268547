# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def to_half(a):
    return jnp.asarray(a, dtype=jnp.float16)


def my_loss(params, x, y):
    out = to_half(x).dot(to_half(params["kernel"])) + to_half(params["bias"])
    return ((out - to_half(y)) ** 2).mean()


def find_scale_and_count(ok, scale, count, interval):
    if not ok:
        return max(scale / 2, 1.0), 0
    count = count + 1
    slots = range(interval)
    if count >= slots[-1]:  #@ scale-grown-early
        return min(scale * 2, 2.0**24), 0
    return scale, count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    grads = jax.grad(lambda p: my_loss(p, x, y).astype(jnp.float32) * loss_scale)(params)
    for name in grads:
        grads[name] = grads[name] / loss_scale
    ok = True
    for name in grads:
        ok = ok and bool(np.isfinite(np.asarray(grads[name])).all())
    if ok:
        for name in params:
            params[name] = params[name] - lr * grads[name]
    scale, count = find_scale_and_count(ok, loss_scale, good_steps, growth_interval)
    print("scale", scale, "count", count)
    return jnp.array([my_loss(params, x, y), scale, count], dtype=jnp.float32)
