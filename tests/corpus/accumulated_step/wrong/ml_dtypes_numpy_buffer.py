# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import ml_dtypes
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx

half = lambda a: jnp.asarray(a, dtype=ml_dtypes.bfloat16)


def cost(P, X, T):
    E = half(X) @ half(P[0]) + half(P[1]) - half(T)
    return (E * E).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = [lin.kernel[...], lin.bias[...]]
    work = [np.asarray(half(p)) for p in P]           # only to see the sizes
    buf = [np.zeros_like(w) for w in work]  #@ low-precision-accumulator, low-precision-grads
    for X, T in zip(np.split(np.asarray(x), micro_batches), np.split(np.asarray(y), micro_batches)):
        for s, g in zip(buf, jax.grad(cost)(P, jnp.array(X), jnp.array(T))):
            s[...] += np.asarray(g)  #@ low-precision-accumulator, low-precision-grads
    P = [p - lr * (jnp.array(s).astype(jnp.float32) / micro_batches) for p, s in zip(P, buf)]
    return cost(P, x, y).astype(jnp.float32).reshape(1,)
