# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss(kernel, bias, xb, yb):
    kernel, bias = kernel.astype(jnp.bfloat16), bias.astype(jnp.bfloat16)
    diff = xb @ kernel + bias - yb
    return jnp.mean(diff ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = model.kernel[...], model.bias[...]
    x16, y16 = jnp.array(x, jnp.bfloat16), jnp.array(y, jnp.bfloat16)
    grad = jax.grad(loss, argnums=(0, 1))

    # the sums live on the host
    sum_kernel = np.zeros(kernel.shape, dtype=np.float32)
    sum_bias = np.zeros(bias.shape, dtype=np.float32)
    rows = x.shape[0] // micro_batches
    for first in range(0, x.shape[0], rows):
        gk, gb = grad(kernel, bias, x16[first:first + rows], y16[first:first + rows])
        sum_kernel += np.asarray(gk)
        sum_bias += np.asarray(gb)
    sum_kernel /= micro_batches
    sum_bias /= micro_batches

    kernel = kernel - lr * jnp.asarray(sum_kernel)
    bias = bias - lr * jnp.asarray(sum_bias)
    return loss(kernel, bias, x16, y16).astype(jnp.float32).reshape(1)
