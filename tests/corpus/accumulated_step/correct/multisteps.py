# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def forward_loss(params, inputs, targets):
    kernel = params["kernel"].astype(jnp.bfloat16)
    bias = params["bias"].astype(jnp.bfloat16)
    prediction = jnp.dot(inputs.astype(jnp.bfloat16), kernel) + bias
    error = prediction - targets.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(error))


def accumulated_step(seed, x, y, lr, micro_batches):
    rngs = nnx.Rngs(int(seed))
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)
    params = {"kernel": linear.kernel[...], "bias": linear.bias[...]}

    optimizer = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = optimizer.init(params)

    rows = x.shape[0] // micro_batches
    gradient = jax.jit(jax.grad(forward_loss))
    now = params
    for i in range(micro_batches):
        part = slice(i * rows, (i + 1) * rows)
        grads = gradient(now, x[part], y[part])
        updates, opt_state = optimizer.update(grads, opt_state, now)
        now = optax.apply_updates(now, updates)

    return forward_loss(now, x, y).astype(jnp.float32).reshape((1,))
