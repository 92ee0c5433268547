# expect: wrong_answer|pitfall
# finding: low-precision-update
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def batch_loss(kernel, bias, inputs, targets):
    outputs = inputs @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16)
    errors = outputs - targets
    return jnp.mean(errors * errors)


def sgd_increment(gradient, rate):
    rate = jnp.asarray(rate, dtype=jnp.bfloat16)
    return rate * gradient.astype(jnp.bfloat16)  #@ low-precision-update


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = model.kernel[...]
    bias = model.bias[...]
    inputs = jnp.asarray(x).astype(jnp.bfloat16)
    targets = jnp.asarray(y).astype(jnp.bfloat16)

    kernel_total = jnp.zeros_like(kernel)
    bias_total = jnp.zeros_like(bias)
    for rows in np.arange(x.shape[0]).reshape(micro_batches, -1):
        dk, db = jax.grad(batch_loss, argnums=(0, 1))(kernel, bias, inputs[rows], targets[rows])
        kernel_total += dk
        bias_total += db

    kernel = kernel - sgd_increment(kernel_total / micro_batches, lr)  #@ low-precision-update
    bias = bias - sgd_increment(bias_total / micro_batches, lr)  #@ low-precision-update
    return batch_loss(kernel, bias, inputs, targets).astype(jnp.float32).reshape(1)
