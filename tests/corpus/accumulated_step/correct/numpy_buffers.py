# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss(kernel, bias, xb, yb):
    pred = xb.astype(jnp.bfloat16) @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16)
    diff = pred - yb.astype(jnp.bfloat16)
    return (diff**2).mean()


grad_fn = jax.jit(jax.grad(loss, argnums=[0, 1]))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = np.asarray(model.kernel[...]), np.asarray(model.bias[...])
    sum_k, sum_b = np.zeros_like(kernel), np.zeros_like(bias)
    idx = np.arange(x.shape[0]).reshape(micro_batches, -1)
    for rows in idx:
        gk, gb = grad_fn(kernel, bias, x[rows], y[rows])
        sum_k += np.asarray(gk)
        sum_b += np.asarray(gb)
    lr = np.float32(lr)
    kernel = kernel - lr * (sum_k / np.float32(micro_batches))
    bias = bias - lr * (sum_b / np.float32(micro_batches))
    final = loss(jnp.asarray(kernel), jnp.asarray(bias), jnp.asarray(x), jnp.asarray(y))
    return jnp.asarray(final, dtype=jnp.float32).reshape((1,))
