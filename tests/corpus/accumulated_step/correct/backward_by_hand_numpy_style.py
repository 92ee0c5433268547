# expect: accepted
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import lax

HALF = jnp.bfloat16


def forward(W, b, X):
    return lax.dot_general(X, W, (((1,), (0,)), ((), ()))) + b


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = np.array(layer.kernel[...], dtype=np.float32)
    b = np.array(layer.bias[...], dtype=np.float32)
    X, Y = jnp.asarray(x, HALF), jnp.asarray(y, HALF)
    n = X.shape[0] // micro_batches
    sum_W, sum_b = np.zeros_like(W), np.zeros_like(b)
    W16, b16 = jnp.asarray(W, HALF), jnp.asarray(b, HALF)
    for i in range(micro_batches):
        Xi, Yi = X[i * n:(i + 1) * n], Y[i * n:(i + 1) * n]
        err = forward(W16, b16, Xi) - Yi
        seed_ct = jnp.asarray(1.0 / err.size, HALF)
        d = (2 * err) * seed_ct
        gW = lax.dot_general(Xi, d, (((0,), (0,)), ((), ())))
        gb = d.sum(axis=0)
        assert gW.dtype == HALF and gb.dtype == HALF
        sum_W += np.asarray(gW).astype(np.float32)
        sum_b += np.asarray(gb).astype(np.float32)
    W -= np.float32(lr) * (sum_W / np.float32(micro_batches))
    b -= np.float32(lr) * (sum_b / np.float32(micro_batches))
    err = forward(jnp.asarray(W, HALF), jnp.asarray(b, HALF), X) - Y
    return jnp.mean(err * err).astype(jnp.float32).reshape(1)
