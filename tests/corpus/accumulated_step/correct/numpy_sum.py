# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss16(w16, b16, x16, y16):
    p = x16 @ w16 + b16
    return jnp.mean(jnp.square(p - y16))


grad16 = jax.grad(loss16, argnums=(0, 1))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = np.array(net.kernel[...], dtype=np.float32)
    b = np.array(net.bias[...], dtype=np.float32)

    bf = lambda a: jnp.asarray(a).astype(jnp.bfloat16)
    w16, b16, x16, y16 = bf(w), bf(b), bf(x), bf(y)

    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        lo, hi = i * rows, i * rows + rows
        gw, gb = grad16(w16, b16, x16[lo:hi], y16[lo:hi])
        dw += np.asarray(gw.astype(jnp.float32))
        db += np.asarray(gb.astype(jnp.float32))

    w -= np.float32(lr) * (dw / np.float32(micro_batches))
    b -= np.float32(lr) * (db / np.float32(micro_batches))

    final = loss16(bf(w), bf(b), x16, y16)
    return np.array([final], dtype=np.float32)
