# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    # make the layer
    number_of_inputs = x.shape[1]
    number_of_outputs = y.shape[1]
    layer = nnx.Linear(number_of_inputs, number_of_outputs, rngs=nnx.Rngs(int(seed)))
    kernel = layer.kernel[...]
    bias = layer.bias[...]

    # the loss of some rows
    def loss_function(kernel, bias, rows_x, rows_y):
        kernel_16 = kernel.astype(jnp.bfloat16)
        bias_16 = bias.astype(jnp.bfloat16)
        rows_x_16 = rows_x.astype(jnp.bfloat16)
        rows_y_16 = rows_y.astype(jnp.bfloat16)
        prediction = jnp.dot(rows_x_16, kernel_16)
        prediction = prediction + bias_16
        error = prediction - rows_y_16
        squares = error * error
        loss = jnp.mean(squares)
        return loss

    # start with zeros
    sum_kernel = jnp.zeros((number_of_inputs, number_of_outputs), dtype=jnp.float32)
    sum_bias = jnp.zeros((number_of_outputs,), dtype=jnp.float32)

    # go through the parts
    rows_per_part = x.shape[0] // micro_batches
    part = 0
    while part < micro_batches:
        start = part * rows_per_part
        stop = start + rows_per_part
        part_x = x[start:stop, :]
        part_y = y[start:stop, :]
        loss, pullback = jax.vjp(lambda k, b: loss_function(k, b, part_x, part_y), kernel, bias)
        gradient_kernel, gradient_bias = pullback(jnp.ones_like(loss))
        sum_kernel = sum_kernel + gradient_kernel
        sum_bias = sum_bias + gradient_bias
        part = part + 1

    # mean and update
    mean_kernel = sum_kernel / micro_batches
    mean_bias = sum_bias / micro_batches
    new_kernel = kernel - lr * mean_kernel
    new_bias = bias - lr * mean_bias

    # loss of everything with the new parameters
    final_loss = loss_function(new_kernel, new_bias, x, y)
    final_loss = final_loss.astype(jnp.float32)
    return jnp.array([final_loss])
