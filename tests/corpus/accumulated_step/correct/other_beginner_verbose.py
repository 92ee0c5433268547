# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    # Step 1: how big is everything?
    number_of_rows = x.shape[0]
    number_of_inputs = x.shape[1]
    number_of_outputs = y.shape[1]
    rows_in_a_part = number_of_rows // micro_batches

    # Step 2: the model
    seed_as_int = int(seed)
    rngs = nnx.Rngs(seed_as_int)
    model = nnx.Linear(number_of_inputs, number_of_outputs, rngs=rngs)
    master_kernel = model.kernel[...]
    master_bias = model.bias[...]

    # Step 3: the loss of some rows
    def compute_loss(kernel, bias, some_x, some_y):
        half_kernel = kernel.astype(jnp.bfloat16)
        half_bias = bias.astype(jnp.bfloat16)
        half_x = some_x.astype(jnp.bfloat16)
        half_y = some_y.astype(jnp.bfloat16)
        prediction = jnp.matmul(half_x, half_kernel)
        prediction = prediction + half_bias
        difference = prediction - half_y
        squared_difference = difference * difference
        return jnp.mean(squared_difference)

    gradient_function = jax.grad(compute_loss, argnums=(0, 1))

    # Step 4: add up
    kernel_sum = jnp.zeros((number_of_inputs, number_of_outputs), dtype=jnp.float32)
    bias_sum = jnp.zeros((number_of_outputs,), dtype=jnp.float32)
    part_number = 0
    while part_number < micro_batches:
        first_row = part_number * rows_in_a_part
        last_row = first_row + rows_in_a_part
        part_x = x[first_row:last_row, :]
        part_y = y[first_row:last_row, :]
        kernel_gradient, bias_gradient = gradient_function(master_kernel, master_bias, part_x, part_y)
        kernel_sum = kernel_sum + kernel_gradient
        bias_sum = bias_sum + bias_gradient
        part_number = part_number + 1

    # Step 5: the mean
    kernel_mean = kernel_sum / micro_batches
    bias_mean = bias_sum / micro_batches

    # Step 6: the update
    optimizer = optax.sgd(lr)
    parameters = {"kernel": master_kernel, "bias": master_bias}
    optimizer_state = optimizer.init(parameters)
    gradients = {"kernel": kernel_mean, "bias": bias_mean}
    updates, optimizer_state = optimizer.update(gradients, optimizer_state, parameters)
    new_parameters = optax.apply_updates(parameters, updates)

    # Step 7: the loss of all rows
    final_loss = compute_loss(new_parameters["kernel"], new_parameters["bias"], x, y)
    final_loss = final_loss.astype(jnp.float32)
    final_loss = final_loss.reshape((1,))
    return final_loss
