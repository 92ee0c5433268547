# expect: accepted
# My first accumulation exercise, written out step by step.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_function(model, x_part, y_part):
    # the copy is made in here, so the gradients belong to the float32 model
    small_model = compute_copy(model)
    prediction = small_model(x_part)
    error = prediction - y_part
    squares = error * error
    loss = jnp.mean(squares)
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    # 1. the model
    D_in = x.shape[1]
    D_out = y.shape[1]
    model = nnx.Linear(D_in, D_out, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    # 2. bfloat16 data
    x_half = jnp.asarray(x).astype(jnp.bfloat16)
    y_half = jnp.asarray(y).astype(jnp.bfloat16)

    # 3. the parts
    N = x.shape[0]
    rows_per_part = N // micro_batches
    kernel_sum = jnp.zeros((D_in, D_out), jnp.float32)
    bias_sum = jnp.zeros((D_out,), jnp.float32)
    for part in range(micro_batches):
        start = part * rows_per_part
        stop = start + rows_per_part
        x_part = x_half[start:stop]
        y_part = y_half[start:stop]
        grads = nnx.grad(loss_function)(model, x_part, y_part)
        kernel_sum = kernel_sum + grads["kernel"][...]
        bias_sum = bias_sum + grads["bias"][...]

    # 4. the mean
    kernel_mean = kernel_sum / micro_batches
    bias_mean = bias_sum / micro_batches
    mean = jax.tree.map(lambda g: g, grads)
    mean["kernel"][...] = kernel_mean
    mean["bias"][...] = bias_mean

    # 5. the update
    optimizer.update(model, mean)

    # 6. the loss of everything
    final_loss = loss_function(model, x_half, y_half)
    result = jnp.zeros((1,), jnp.float32)
    result = result.at[0].set(final_loss.astype(jnp.float32))
    return result
