# expect: accepted
"""One training step with bf16 compute and fp32 masters, as the lesson has it."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        graphdef, params = nnx.split(model)
        compute_params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        compute_model = nnx.merge(graphdef, compute_params)
        pred = compute_model(x.astype(jnp.bfloat16))
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    def scaled_loss_fn(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape((1,))
