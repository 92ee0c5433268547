# expect: accepted
import jax
import numpy as np
from flax import nnx

f16 = np.float16
f32 = np.float32


def loss16(k, b, x, y):
    e = x @ k + b - y
    return (e * e).mean()


def scaled32(k, b, x, y, s):
    return loss16(k, b, x, y).astype(f32) * s


grads16 = jax.jit(jax.grad(scaled32, argnums=(0, 1)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [np.array(net.kernel[...]), np.array(net.bias[...])]
    with np.errstate(over="ignore"):
        xh, yh = np.asarray(x).astype(f16), np.asarray(y).astype(f16)

    halves = [p.astype(f16) for p in params]
    raw = [np.asarray(g) for g in grads16(*halves, xh, yh, f32(loss_scale))]
    raw = [g.astype(f32) / f32(loss_scale) for g in raw]

    if np.isfinite(np.concatenate([g.ravel() for g in raw])).all():
        for p, g in zip(params, raw):
            p -= f32(lr) * g
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2.0, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2.0, 1.0)

    with np.errstate(over="ignore"):
        halves = [p.astype(f16) for p in params]
    final = jax.jit(loss16)(*halves, xh, yh)
    return np.array([float(final), loss_scale, good_steps], dtype=f32)
