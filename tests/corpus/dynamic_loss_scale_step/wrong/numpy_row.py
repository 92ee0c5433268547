# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
# finding: wrong-output-shape
import jax
import numpy as np
from flax import nnx


def loss_half(params, x, y):
    w, b = params
    return ((x @ w + b - y) ** 2).mean()


def scaled(params, x, y, s):
    return loss_half(params, x, y).astype(np.float32) * s


grad_fn = jax.jit(jax.grad(scaled))


def halve(arrays):
    with np.errstate(over="ignore"):
        return tuple(np.asarray(a).astype(np.float16) for a in arrays)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (np.asarray(m.kernel[...]), np.asarray(m.bias[...]))
    x, y = halve((x, y))

    s = np.float32(loss_scale)
    grads = [np.asarray(g).astype(np.float32) / s for g in grad_fn(halve(params), x, y, s)]
    finite = all(np.isfinite(g).all() for g in grads)

    if finite:
        params = tuple(p - np.float32(lr) * g for p, g in zip(params, grads))
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0

    loss = float(jax.jit(loss_half)(halve(params), x, y))
    row = np.array([loss, scale, count])  #@ wrong-output-dtype
    return row[None, :]  #@ wrong-output-shape, wrong-output-dtype
