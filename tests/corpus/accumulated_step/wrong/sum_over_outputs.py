# expect: wrong_answer
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def half(*arrays):
    return [jnp.asarray(a).astype(jnp.bfloat16) for a in arrays]


def L(theta, X, Y):
    W, b = half(*theta)
    X, Y = half(X, Y)
    E = X @ W + b - Y
    # 1/N sum ||e||^2
    return jnp.mean(jnp.sum(E * E, axis=1))


def dL(theta, X, Y, K):
    G = tuple(jnp.zeros(t.shape, dtype=np.float32) for t in theta)
    for k in range(K):
        i, j = k * len(X) // K, (k + 1) * len(X) // K
        G = tuple(a + g for a, g in zip(G, jax.grad(L)(theta, X[i:j], Y[i:j])))
    return tuple(a / K for a in G)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    G = dL(theta, x, y, micro_batches)
    theta = tuple(t - lr * g for t, g in zip(theta, G))
    return L(theta, x, y).astype(np.float32).reshape(1)
