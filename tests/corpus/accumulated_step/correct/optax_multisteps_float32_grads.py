# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def forward(params, x):
    w = params["kernel"].astype(jnp.bfloat16)
    b = params["bias"].astype(jnp.bfloat16)
    return x.astype(jnp.bfloat16) @ w + b


def loss_fn(params, x, y):
    residual = forward(params, x) - y.astype(jnp.bfloat16)
    return jnp.mean(residual * residual)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=lin.kernel[...], bias=lin.bias[...])

    opt = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    state = opt.init(params)

    grad_fn = jax.grad(loss_fn)
    size = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], size):
        # all updates but the last one are zero, so params stay the same for all the parts
        grads = grad_fn(params, x[start:start + size], y[start:start + size])
        updates, state = opt.update(grads, state, params)
        params = optax.apply_updates(params, updates)

    return jnp.array([loss_fn(params, x, y)]).astype(jnp.float32)
