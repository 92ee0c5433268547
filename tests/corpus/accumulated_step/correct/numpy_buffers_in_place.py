# expect: accepted
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx

bf16 = jnp.bfloat16


def mse16(W, b, X, Y):
    P = X.astype(bf16) @ W.astype(bf16) + b.astype(bf16)
    E = P - Y.astype(bf16)
    return (E ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = np.array(lin.kernel[...])
    b = np.array(lin.bias[...])
    assert W.dtype == np.float32 and b.dtype == np.float32

    gW = np.zeros(W.shape, dtype=np.float32)
    gb = np.zeros(b.shape, dtype=np.float32)
    x = np.asarray(x)
    y = np.asarray(y)
    rows = x.shape[0] // micro_batches
    dmse = jax.grad(mse16, argnums=(0, 1))
    for i in range(micro_batches):
        sl = np.s_[i * rows:(i + 1) * rows]
        dW, db = dmse(jnp.array(W), jnp.array(b), jnp.array(x[sl]), jnp.array(y[sl]))
        np.add(gW, np.asarray(dW), out=gW)
        np.add(gb, np.asarray(db), out=gb)
    gW /= np.float32(micro_batches)
    gb /= np.float32(micro_batches)
    # the update
    W -= np.float32(lr) * gW
    b -= np.float32(lr) * gb
    L = mse16(jnp.array(W), jnp.array(b), jnp.array(x), jnp.array(y))
    return jnp.array([np.float32(L)])
