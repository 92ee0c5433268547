# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

# settings
MAX_SCALE = 2.0 ** 24
MIN_SCALE = 1.0
DEBUG = True


def cast_to_half(array):
    result = array.astype(jnp.float16)
    return result


def cast_to_full(array):
    result = array.astype(jnp.float32)
    return result


def make_prediction(kernel, bias, inputs):
    prediction = jnp.matmul(inputs, kernel)
    prediction = prediction + bias
    return prediction


def compute_loss(kernel, bias, inputs, targets):
    prediction = make_prediction(kernel, bias, inputs)
    error = prediction - targets
    squares = error * error
    loss = jnp.mean(squares)
    return loss


def compute_big_loss(kernel, bias, inputs, targets, scale):
    loss = compute_loss(kernel, bias, inputs, targets)
    loss = cast_to_full(loss)
    big_loss = loss * scale
    return big_loss


def is_array_ok(array):
    number_of_bad = np.sum(~np.isfinite(np.array(array)))
    if number_of_bad > 0:
        return False
    else:
        return True


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # step 1: the model
    seed_int = int(seed)
    d_in = x.shape[1]
    d_out = y.shape[1]
    rngs = nnx.Rngs(seed_int)
    model = nnx.Linear(d_in, d_out, rngs=rngs)
    kernel = model.kernel[...]
    bias = model.bias[...]
    # step 2: casting
    x_half = cast_to_half(jnp.array(x))
    y_half = cast_to_half(jnp.array(y))
    kernel_half = cast_to_half(kernel)
    bias_half = cast_to_half(bias)
    # only to look at it
    full_loss = compute_loss(kernel, bias, x, y)
    if DEBUG:
        print("loss in float32 (for comparison):", full_loss)
        print("scale in float16 would be:", np.array(min(loss_scale, 60000.0), np.float16))
    # step 3: gradients
    grad_function = jax.grad(compute_big_loss, argnums=[0, 1])
    gradients = grad_function(kernel_half, bias_half, x_half, y_half, loss_scale)
    grad_kernel = gradients[0]
    grad_bias = gradients[1]
    print("raw gradient of bias", grad_bias)
    grad_kernel = cast_to_full(grad_kernel)
    grad_bias = cast_to_full(grad_bias)
    grad_kernel = grad_kernel / loss_scale
    grad_bias = grad_bias / loss_scale
    print("half version of it", cast_to_half(grad_bias))
    # step 4: check
    kernel_ok = is_array_ok(grad_kernel)
    bias_ok = is_array_ok(grad_bias)
    if kernel_ok == True and bias_ok == True:
        everything_ok = True
    else:
        everything_ok = False
    # step 5: update
    if everything_ok:
        optimizer = optax.sgd(lr)
        params = {"kernel": kernel, "bias": bias}
        grads = {"kernel": grad_kernel, "bias": grad_bias}
        state = optimizer.init(params)
        updates, state = optimizer.update(grads, state)
        new_params = optax.apply_updates(params, updates)
        kernel = new_params["kernel"]
        bias = new_params["bias"]
    # step 6: scale and count
    new_scale = loss_scale
    new_count = 0
    if everything_ok:
        new_count = good_steps + 1
        if new_count >= growth_interval:
            new_count = 0
            new_scale = loss_scale * 2
            if new_scale > MAX_SCALE:
                new_scale = MAX_SCALE
    else:
        new_scale = loss_scale / 2
        if new_scale < MIN_SCALE:
            new_scale = MIN_SCALE
    # step 7: the final loss
    final = compute_loss(cast_to_half(kernel), cast_to_half(bias), x_half, y_half)
    final = cast_to_full(final)
    answer = jnp.zeros(3, jnp.float32)
    answer = answer.at[0].set(final)
    answer = answer.at[1].set(new_scale)
    answer = answer.at[2].set(new_count)
    return answer
