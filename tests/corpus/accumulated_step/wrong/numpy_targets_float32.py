# expect: pitfall|wrong_answer
# finding: uncast-targets
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx

half = np.dtype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    par = lin.kernel[...], lin.bias[...]
    X = np.asarray(x).astype(half)
    Y = np.asarray(y)  #@ uncast-targets
    idx = np.arange(len(X)).reshape(micro_batches, -1)

    def J(par, rows):
        K, c = (p.astype(half) for p in par)
        return (((X[rows] @ K + c) - Y[rows]) ** 2).mean()  #@ uncast-targets

    S = [np.zeros(p.shape, np.float32) for p in par]
    for rows in idx:
        for s, d in zip(S, jax.grad(J)(par, rows)):
            s += np.asarray(d)
    par = tuple(p - np.float32(lr) * (s / np.float32(micro_batches)) for p, s in zip(par, S))
    return jnp.asarray([J(par, idx.ravel())], dtype=jnp.float32)
