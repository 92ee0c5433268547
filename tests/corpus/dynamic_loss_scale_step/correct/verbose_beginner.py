# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # step 1: build the model
    random_numbers = nnx.Rngs(int(seed))
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=random_numbers)

    # step 2: take the float32 parameters out of it
    parameters = {"kernel": model.kernel[...], "bias": model.bias[...]}

    # step 3: the data in float16
    x_half = x.astype(jnp.float16)
    y_half = y.astype(jnp.float16)

    # step 4: the loss, not scaled, a float16 number
    def half_loss(parameters):
        kernel_half = parameters["kernel"].astype(jnp.float16)
        bias_half = parameters["bias"].astype(jnp.float16)
        prediction = x_half @ kernel_half + bias_half
        error = prediction - y_half
        squares = error * error
        return jnp.mean(squares)

    # step 5: scaled in float32
    def scaled_loss(parameters):
        loss = half_loss(parameters)
        loss_in_float32 = loss.astype(jnp.float32)
        return loss_in_float32 * loss_scale

    # step 6: gradients
    gradients = jax.grad(scaled_loss)(parameters)
    kernel_gradient = gradients["kernel"].astype(jnp.float32) / loss_scale
    bias_gradient = gradients["bias"].astype(jnp.float32) / loss_scale
    gradients = {"kernel": kernel_gradient, "bias": bias_gradient}

    # step 7: are they all good numbers?
    kernel_is_fine = bool(jnp.all(jnp.isfinite(kernel_gradient)))
    bias_is_fine = bool(jnp.all(jnp.isfinite(bias_gradient)))
    all_fine = kernel_is_fine and bias_is_fine

    # step 8: update, or not
    if all_fine:
        optimizer = optax.sgd(lr)
        optimizer_state = optimizer.init(parameters)
        updates, optimizer_state = optimizer.update(gradients, optimizer_state, parameters)
        parameters = optax.apply_updates(parameters, updates)

    # step 9: the next scale and count
    if all_fine == True:
        next_count = good_steps + 1
        next_scale = loss_scale
        if next_count >= growth_interval:
            next_count = 0
            next_scale = loss_scale * 2
            if next_scale > 2**24:
                next_scale = 2**24
    else:
        next_count = 0
        next_scale = loss_scale / 2
        if next_scale < 1.0:
            next_scale = 1.0

    # step 10: the loss with the parameters of now
    final_loss = half_loss(parameters).astype(jnp.float32)
    return jnp.array([final_loss, float(next_scale), float(next_count)], dtype=jnp.float32)
