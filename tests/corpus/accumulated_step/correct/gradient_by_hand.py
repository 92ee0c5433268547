# expect: accepted
# No autodiff at all: dL/dW = x^T (2 e / n), in bfloat16 for each part.
import jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def error(w, b, x, y):
    return x @ w.astype(H) + b.astype(H) - y


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    xh, yh = x.astype(H), y.astype(H)
    rows = x.shape[0] // micro_batches
    gw, gb = jnp.zeros_like(w), jnp.zeros_like(b)
    inv = jnp.asarray(1.0 / (rows * y.shape[1]), H)
    for i in range(micro_batches):
        xs, ys = xh[i * rows:(i + 1) * rows], yh[i * rows:(i + 1) * rows]
        d = 2 * error(w, b, xs, ys) * inv
        gw = gw + (xs.T @ d).astype(jnp.float32)
        gb = gb + d.sum(axis=0).astype(jnp.float32)
    w = w - lr * (gw / micro_batches)
    b = b - lr * (gb / micro_batches)
    e = error(w, b, xh, yh)
    return jnp.mean(e * e).astype(jnp.float32).reshape(1)
