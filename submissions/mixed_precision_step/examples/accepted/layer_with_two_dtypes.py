"""The layer casts by itself: `dtype` is what it computes in, `param_dtype` what it keeps.

No split and merge is needed, and x is cast by the layer, too. The targets still have to be cast.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.bfloat16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    targets = y.astype(jnp.bfloat16)

    def loss_fn(model):
        return jnp.mean((model(x) - targets) ** 2)

    def scaled_loss_fn(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return jnp.asarray([loss_fn(model)], dtype=jnp.float32)
