"""The step compiled as a whole.

A jitted function may fuse what is computed one by one elsewhere; it is right all the same.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(graphdef, params, x, y):
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = nnx.merge(graphdef, params)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


@jax.jit(static_argnames="graphdef")
def train_step(graphdef, params, x, y, lr, loss_scale):
    def scaled_loss(params):
        return mse(graphdef, params, x, y).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled_loss)(params))
    sgd = optax.sgd(lr)
    updates, _ = sgd.update(grads, sgd.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(graphdef, params, x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    return train_step(graphdef, params, x, y, lr, loss_scale).astype(jnp.float32)[None]
