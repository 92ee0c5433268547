# expect: accepted
import math

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def largest(tree):
    """The largest magnitude in a tree. A nan wins every max."""
    return jnp.max(jnp.stack([jnp.max(jnp.abs(leaf)) for leaf in jax.tree.leaves(tree)]))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def fp16(v):
        return v.astype(jnp.float16)

    def loss(model):
        z = fp16(x) @ fp16(model.kernel[...]) + fp16(model.bias[...])
        return jnp.mean(jnp.power(z - fp16(y), 2))

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    # nan < inf is False, and so is inf < inf
    if largest(grads) < math.inf:
        optimizer.update(model, grads)
        good_steps = good_steps + 1
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    if good_steps == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0

    return jnp.array([float(loss(model)), loss_scale, good_steps], dtype=jnp.float32)
