# expect: pitfall|wrong_answer
# finding: lr-ignored
# finding: wrong-output-shape
"""Wrong: the helper's default learning rate is used, since nobody hands `lr` on; and the result is a scalar."""
import functools

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def sgd(params, grads, learning_rate=0.05):
    return [p - learning_rate * g for p, g in zip(params, grads)]


@functools.partial(jax.jit)
def loss(params, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    sums = [jnp.zeros_like(p) for p in params]
    for rows in np.arange(x.shape[0]).reshape(micro_batches, -1):
        sums = [s + g for s, g in zip(sums, jax.grad(loss)(params, x[rows], y[rows]))]
    mean = [s / micro_batches for s in sums]
    params = sgd(params, mean)  #@ lr-ignored
    return loss(params, x, y).astype(jnp.float32)  #@ wrong-output-shape
