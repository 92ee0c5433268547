# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(function):
    @functools.wraps(function)
    def wrapped(*args):
        return function(*jax.tree.map(lambda a: a.astype(jnp.bfloat16), args))

    return wrapped


@in_bfloat16
def loss(params, x, y):
    return jnp.mean((x @ params["w"] + params["b"] - y) ** 2)


def accumulating(optimizer, parts):
    """An optimizer that averages so many gradients before it does anything."""

    def init(params):
        return jax.tree.map(jnp.zeros_like, params)

    def update(grads_of_parts, state):
        for grads in grads_of_parts:
            state = jax.tree.map(lambda s, g: s + g, state, grads)
        mean = jax.tree.map(lambda s: s / parts, state)
        updates, _ = optimizer.update(mean, optimizer.init(mean))
        return updates

    return init, update


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    init, update = accumulating(optax.sgd(lr), micro_batches)
    gradients = (jax.grad(loss)(params, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    params = optax.apply_updates(params, update(gradients, init(params)))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
