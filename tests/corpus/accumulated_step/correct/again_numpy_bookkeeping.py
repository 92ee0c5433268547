# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


@jax.jit
def loss(params, x, y):
    w, b = [jnp.asarray(p, jnp.bfloat16) for p in params]
    diff = jnp.asarray(x, jnp.bfloat16) @ w + b - jnp.asarray(y, jnp.bfloat16)
    return jnp.mean(diff * diff)


grads = jax.jit(jax.grad(loss))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [np.array(m.kernel[...]), np.array(m.bias[...])]
    sums = [np.zeros_like(p) for p in params]
    for xs, ys in zip(np.split(np.asarray(x), micro_batches), np.split(np.asarray(y), micro_batches)):
        for s, g in zip(sums, grads(params, xs, ys)):
            s += np.asarray(g)
    for p, s in zip(params, sums):
        p -= np.float32(lr) * s / np.float32(micro_batches)
    return np.array([loss(params, x, y)], dtype=np.float32)
