# expect: accepted
import jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def forward(w, b, x):
    return x @ w.astype(H) + b.astype(H)


def backward(w, b, x, y):
    """d/dw and d/db of mean((x w + b - y)^2), all in bfloat16, the results as float32"""
    e = forward(w, b, x) - y
    de = (2 * e) * (1 / e.size)         # Python numbers: stays bfloat16
    gw = x.T @ de
    gb = de.sum(axis=0)
    return gw.astype(jnp.float32), gb.astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = layer.kernel[...]
    b = layer.bias[...]
    x = x.astype(H)
    y = y.astype(H)
    sw, sb = 0.0, 0.0
    size = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], size):
        gw, gb = backward(w, b, x[i:i + size], y[i:i + size])
        sw = sw + gw
        sb = sb + gb
    w = w - lr * (sw / micro_batches)
    b = b - lr * (sb / micro_batches)
    e = forward(w, b, x) - y
    return jnp.mean(e * e).astype(jnp.float32).reshape(1)
