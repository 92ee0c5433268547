# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_half(fn):
    """Casts every float32 array in the arguments to bfloat16."""
    @functools.wraps(fn)
    def wrapper(*args):
        args = jax.tree.map(lambda a: a.astype(jnp.bfloat16) if a.dtype == jnp.float32 else a, args)
        return fn(*args)
    return wrapper


def float32_result(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return jnp.atleast_1d(jnp.asarray(fn(*args, **kwargs), jnp.float32))
    return wrapper


@in_half
def loss_fn(params, x, y):
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


@float32_result
def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    acc = optax.tree_utils.tree_zeros_like(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        # the decorator's cast is part of what is differentiated: float32 gradients
        acc = optax.tree_utils.tree_add(acc, jax.grad(loss_fn)(params, xb, yb))
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    updates, _ = tx.update(acc, tx.init(params), params)
    return loss_fn(optax.apply_updates(params, updates), x, y)
