# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # first I make the model and the optimizer
    number_of_inputs = x.shape[1]
    number_of_outputs = y.shape[1]
    model = nnx.Linear(number_of_inputs, number_of_outputs, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    # everything small
    x_small = jnp.array(x, dtype=jnp.float16)
    y_small = jnp.array(y, dtype=jnp.float16)

    # a second model with small numbers, the first one stays big
    model_small = nnx.clone(model)
    small_state = jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model))
    nnx.update(model_small, small_state)

    def loss_function(m):
        prediction = m(x_small)
        error = prediction - y_small
        squares = error * error
        return squares.mean()

    def loss_times_scale(m):
        loss = loss_function(m)
        big_loss = loss.astype(jnp.float32)
        return big_loss * loss_scale

    gradients = nnx.grad(loss_times_scale)(model_small)

    # look at every gradient
    everything_is_fine = True
    for g in jax.tree.leaves(gradients):
        if not np.all(np.isfinite(np.asarray(g))):
            everything_is_fine = False

    new_scale = loss_scale
    new_count = good_steps
    if everything_is_fine:
        gradients = jax.tree.map(lambda g: g.astype(jnp.float32), gradients)
        gradients = jax.tree.map(lambda g: g / loss_scale, gradients)
        optimizer.update(model, gradients)
        new_count = new_count + 1
        if new_count == growth_interval:
            new_scale = new_scale * 2
            if new_scale > 2**24:
                new_scale = 2**24
            new_count = 0
    else:
        new_scale = new_scale / 2
        if new_scale < 1:
            new_scale = 1
        new_count = 0

    # the loss now, with the new numbers made small again
    nnx.update(model_small, jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model)))
    final_loss = loss_function(model_small)
    answer = [float(final_loss), float(new_scale), float(new_count)]
    return jnp.array(answer, dtype=jnp.float32)
