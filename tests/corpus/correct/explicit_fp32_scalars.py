# expect: accepted
"""Turns the hyperparameters into strongly typed fp32 scalars before anything else."""
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lr32 = jnp.asarray(lr, dtype=jnp.float32)
    scale32 = jnp.asarray(loss_scale, dtype=jnp.float32)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr32), wrt=nnx.Param)

    def forward_loss(model):
        graphdef, params, rest = nnx.split(model, nnx.Param, ...)
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        low_model = nnx.merge(graphdef, low, rest)
        return jnp.mean((low_model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def objective(model):
        # strong fp32 scalar times bf16 loss: promoted to fp32
        return forward_loss(model) * scale32

    grads = nnx.grad(objective)(model)
    grads = jax.tree.map(lambda g: g / scale32, grads)
    opt.update(model, grads)
    return np.asarray(forward_loss(model), np.float32).reshape(1)
