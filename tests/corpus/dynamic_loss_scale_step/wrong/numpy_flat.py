# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mse(W, b, x, y):
    return jnp.mean((x @ W + b - y) ** 2)


def flatten(arrays):
    return np.concatenate([np.asarray(a, dtype=np.float32).ravel() for a in arrays])


def unflatten(vec, like):
    out, i = [], 0
    for a in like:
        out.append(vec[i:i + a.size].reshape(a.shape))
        i += a.size
    return out


def overflowed(vec):
    return not np.isfinite(vec.max())  #@ partial-finite-check


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [np.asarray(lin.kernel[...]), np.asarray(lin.bias[...])]
    x16 = np.asarray(x, dtype=np.float16)
    y16 = np.asarray(y, dtype=np.float16)

    def scaled(W, b):
        return mse(W, b, x16, y16).astype(np.float32) * np.float32(loss_scale)

    half = [p.astype(np.float16) for p in params]
    g = flatten(jax.grad(scaled, argnums=(0, 1))(*half)) / np.float32(loss_scale)

    scale, count = loss_scale, good_steps + 1
    if overflowed(g):
        scale, count = max(scale / 2, 1.0), 0
    else:
        params = unflatten(flatten(params) - np.float32(lr) * g, params)
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0

    with np.errstate(over="ignore", invalid="ignore"):
        half = [p.astype(np.float16) for p in params]
    return np.array([mse(*half, x16, y16), scale, count], dtype=np.float32)
