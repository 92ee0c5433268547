# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    # step 1: the model
    number_of_inputs = x.shape[1]
    number_of_outputs = y.shape[1]
    my_seed = int(seed)
    my_rngs = nnx.Rngs(my_seed)
    model = nnx.Linear(number_of_inputs, number_of_outputs, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=my_rngs)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    # step 2: the parts
    number_of_rows = x.shape[0]
    rows_per_part = number_of_rows // micro_batches
    print("rows per part", rows_per_part)

    # step 3: loss
    def my_loss(model, my_x, my_y):
        prediction = model(my_x.astype(jnp.bfloat16))
        target = my_y.astype(jnp.bfloat16)
        error = prediction - target
        squares = error * error
        loss = jnp.mean(squares)
        return loss

    # step 4: loop
    gradient_sum = None
    part = 0
    while part < micro_batches:
        first_row = part * rows_per_part
        last_row = first_row + rows_per_part
        part_x = x[first_row:last_row]
        part_y = y[first_row:last_row]
        loss, gradient = nnx.value_and_grad(my_loss)(model, part_x, part_y)
        print("part", part, "loss", loss.astype(jnp.float16))  # only to look at
        if gradient_sum is None:
            gradient_sum = gradient
        else:
            gradient_sum = jax.tree.map(lambda a, b: a + b, gradient_sum, gradient)
        part = part + 1

    # step 5: mean and update
    gradient_mean = jax.tree.map(lambda a: a / micro_batches, gradient_sum)
    rounded_to_look_at = jax.tree.map(lambda a: a.astype(jnp.bfloat16), gradient_mean)
    print(rounded_to_look_at)
    optimizer.update(model, gradient_mean)

    # step 6: new loss
    new_loss = my_loss(model, x, y)
    answer = jnp.array([new_loss], dtype=jnp.float32)
    return answer
