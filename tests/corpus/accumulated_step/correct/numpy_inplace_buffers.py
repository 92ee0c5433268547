# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss16(w, b, xb, yb):
    r = xb @ w + b - yb
    return (r ** 2).mean()


gradient = jax.grad(loss16, argnums=(0, 1))


def bf(a):
    return jnp.asarray(a).astype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = np.asarray(x), np.asarray(y)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = np.array(lin.kernel[...], dtype=np.float32)
    b = np.array(lin.bias[...], dtype=np.float32)

    buf_W, buf_b = np.zeros_like(W), np.zeros_like(b)
    for xb, yb in zip(np.split(x, micro_batches), np.split(y, micro_batches)):
        gW, gb = gradient(bf(W), bf(b), bf(xb), bf(yb))
        buf_W += np.asarray(gW, dtype=np.float32)
        buf_b += np.asarray(gb, dtype=np.float32)
    buf_W /= np.float32(micro_batches)
    buf_b /= np.float32(micro_batches)

    W -= np.float32(lr) * buf_W
    b -= np.float32(lr) * buf_b
    value = loss16(bf(W), bf(b), bf(x), bf(y))
    return jnp.asarray(np.full((1,), float(value), dtype=np.float32))
