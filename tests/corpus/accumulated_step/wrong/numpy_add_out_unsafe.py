# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import numpy as np
import jax, jax.numpy as jnp
from flax import nnx


def halve(a):
    return np.asarray(a).astype(jnp.bfloat16)


def cost(theta, X, Y):
    W, b = theta
    R = jnp.dot(X, W.astype(X.dtype)) + b.astype(X.dtype) - Y
    return (R * R).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    L = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [np.asarray(L.kernel[...]), np.asarray(L.bias[...])]
    X, Y = halve(x), halve(y)
    sums = [np.zeros_like(halve(t)) for t in theta]
    for Xi, Yi in zip(np.split(X, micro_batches), np.split(Y, micro_batches)):
        for s, g in zip(sums, jax.grad(cost)([jnp.asarray(t) for t in theta], jnp.asarray(Xi), jnp.asarray(Yi))):
            np.add(s, np.asarray(g), out=s, casting="unsafe")  #@ low-precision-accumulator
    theta = [t - np.float32(lr) * (s.astype(np.float32) / np.float32(micro_batches)) for t, s in zip(theta, sums)]
    final = cost([jnp.asarray(t) for t in theta], jnp.asarray(X), jnp.asarray(Y))
    return np.asarray(final).astype(np.float32).reshape(1)
