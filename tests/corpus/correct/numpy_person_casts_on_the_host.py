# expect: accepted
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from flax import nnx

bf = ml_dtypes.bfloat16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    # inputs are data, no gradient goes there: numpy does the casts
    xb = np.asarray(x).astype(bf)
    yb = np.asarray(y).astype(bf)
    layer = nnx.Linear(xb.shape[1], yb.shape[1], rngs=nnx.Rngs(int(seed)))
    W = layer.kernel[...]
    b = layer.bias[...]
    s = np.float32(loss_scale)

    def L(W, b):
        r = jnp.matmul(xb, W.astype(bf)) + b.astype(bf) - yb
        return jnp.mean(r ** 2)

    def sL(*a):
        return s * L(*a)       # numpy float32 scalars are not weak: float32 product

    dW, db = jax.grad(sL, (0, 1))(W, b)
    dW = dW / s
    db = db / s
    # master arithmetic in plain numpy float32
    Wn = np.asarray(W) - np.float32(lr) * np.asarray(dW)
    bn = np.asarray(b) - np.float32(lr) * np.asarray(db)
    out = L(jnp.asarray(Wn), jnp.asarray(bn))
    return np.array([out.item()], dtype=np.float32)
