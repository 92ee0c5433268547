# expect: accepted
# JAX only differentiates. The bookkeeping of the masters is plain NumPy in float32.
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from flax import nnx

half = ml_dtypes.bfloat16


@jax.jit
def cost(W, b, x, y):
    e = x @ W + b - y
    return (e * e).mean()


dcost = jax.jit(jax.grad(cost, argnums=(0, 1)))


def accumulated_step(seed, x, y, lr, micro_batches):
    x = np.asarray(x).astype(half)
    y = np.asarray(y).astype(half)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = np.array(lin.kernel[...], np.float32)
    b = np.array(lin.bias[...], np.float32)
    W16, b16 = W.astype(half), b.astype(half)

    dW = np.zeros(W.shape, np.float32)
    db = np.zeros(b.shape, np.float32)
    for xs, ys in zip(np.split(x, micro_batches), np.split(y, micro_batches)):
        gW, gb = dcost(W16, b16, xs, ys)
        dW += np.asarray(gW).astype(np.float32)
        db += np.asarray(gb).astype(np.float32)
    dW /= np.float32(micro_batches)
    db /= np.float32(micro_batches)

    W -= np.float32(lr) * dW
    b -= np.float32(lr) * db
    loss = cost(W.astype(half), b.astype(half), x, y)
    return jnp.asarray(np.asarray(loss, dtype=np.float32).reshape(1))
