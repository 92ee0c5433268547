# expect: accepted
"""Right: JAX computes the gradients, NumPy float32 arrays hold the sum, the masters and the update."""
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


@jax.value_and_grad
def value_and_gradient(params, x, y):
    w, b, x, y = (jnp.asarray(a).astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [np.array(lin.kernel[...]), np.array(lin.bias[...])]
    sums = [np.zeros_like(p) for p in params]
    for rows in np.split(np.arange(x.shape[0]), micro_batches):
        _, grads = value_and_gradient(params, x[rows], y[rows])
        for s, g in zip(sums, grads):
            s += np.asarray(g)
    for p, s in zip(params, sums):
        p -= np.float32(lr) * (s / np.float32(micro_batches))
    loss, _ = value_and_gradient(params, x, y)
    return jnp.asarray(np.array([float(loss)], dtype=np.float32))
