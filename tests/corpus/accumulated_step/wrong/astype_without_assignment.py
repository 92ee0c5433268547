# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


# this function makes the half model
def make_half(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half_state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half_state)


# this function calculates the loss
def calculate_loss(model, part_x, part_y):
    half_model = make_half(model)
    part_x.astype(jnp.bfloat16)  #@ uncast-inputs
    part_y = part_y.astype(jnp.bfloat16)
    prediction = half_model(part_x)
    error = prediction - part_y
    return jnp.mean(error ** 2)


# this function adds two gradients
def add_gradients(a, b):
    return jax.tree.map(lambda u, v: u + v, a, b)


# this function does it all
def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    parts_x = jnp.split(x, micro_batches)
    parts_y = jnp.split(y, micro_batches)
    gradients = nnx.grad(calculate_loss)(model, parts_x[0], parts_y[0])
    for number in range(1, micro_batches):
        new_gradients = nnx.grad(calculate_loss)(model, parts_x[number], parts_y[number])
        gradients = add_gradients(gradients, new_gradients)
    gradients = jax.tree.map(lambda g: g / micro_batches, gradients)
    optimizer.update(model, gradients)
    result = calculate_loss(model, x, y)
    result = result.astype(jnp.float32)
    result = result.reshape(1)
    return result
