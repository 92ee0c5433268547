# expect: accepted
import numpy as np
import jax.numpy as jnp
from flax import nnx

bf = jnp.bfloat16


def fwd(W, b, X, Y):
    pred = X @ W.astype(bf) + b.astype(bf)
    err = pred - Y
    return err, (err * err).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = np.array(lin.kernel[...])          # writable float32
    b = np.array(lin.bias[...])
    dW, db = np.zeros_like(W), np.zeros_like(b)
    X, Y = jnp.array(x, bf), jnp.array(y, bf)
    n = x.shape[0] // micro_batches
    for lo in range(0, x.shape[0], n):
        Xi, Yi = X[lo:lo + n], Y[lo:lo + n]
        err, _ = fwd(jnp.asarray(W), jnp.asarray(b), Xi, Yi)
        delta = err * (2.0 / err.size)     # d mean(err^2) / d err, bf16 (a weak float)
        dW += np.asarray(Xi.T @ delta).astype(np.float32)
        db += np.asarray(delta.sum(0)).astype(np.float32)
    W -= np.float32(lr) * dW / np.float32(micro_batches)
    b -= np.float32(lr) * db / np.float32(micro_batches)
    _, loss = fwd(jnp.asarray(W), jnp.asarray(b), X, Y)
    return np.asarray(loss).astype(np.float32).reshape(1)
