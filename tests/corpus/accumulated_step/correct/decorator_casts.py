# expect: accepted
"""Right: a decorator casts all float arguments of the loss to bfloat16, under the derivative."""
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(fun):
    @functools.wraps(fun)
    def wrapped(*args):
        args = jax.tree.map(lambda a: a.astype(jnp.bfloat16) if a.dtype == jnp.float32 else a, args)
        return fun(*args)
    return wrapped


@in_bfloat16
def mse(state, x, y):
    return optax.losses.squared_error(x @ state["kernel"] + state["bias"], y).mean()


mse_grad = jax.jit(jax.grad(mse))


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = nnx.to_pure_dict(nnx.state(linear, nnx.Param))
    parts = zip(x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    grads = [mse_grad(state, *part) for part in parts]
    mean = jax.tree.map(lambda *g: sum(g) / len(g), *grads)
    state = jax.tree.map(lambda p, g: p - lr * g, state, mean)
    return mse(state, x, y).astype(jnp.float32).reshape((1,))
