# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(fun):
    """Casts every array of every argument, inside of what is differentiated."""
    @functools.wraps(fun)
    def wrapped(*args):
        return fun(*jax.tree.map(lambda a: a.astype(jnp.bfloat16), args))
    return wrapped


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    @in_bfloat16
    def loss(params, x, y):
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))

    value_and_grad = jax.jit(jax.value_and_grad(loss))
    batches = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    total = optax.tree_utils.tree_zeros_like(params)
    for batch in batches:
        _, grads = value_and_grad(params, *batch)
        total = optax.tree_utils.tree_add(total, grads)
    mean = optax.tree_utils.tree_scale(1 / micro_batches, total)
    sgd = optax.sgd(lr)
    updates, _ = sgd.update(mean, sgd.init(params), params)
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
