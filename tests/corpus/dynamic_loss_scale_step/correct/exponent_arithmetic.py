# expect: accepted
import math

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, params = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
    return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = math.isfinite(float(optax.tree.norm(grads)))
    if finite:
        optimizer.update(model, grads)
    steps = (good_steps + 1) * finite
    due = steps >= growth_interval
    exponent = (1 if due else 0) if finite else -1
    scale = min(max(loss_scale * 2.0**exponent, 1.0), 2.0**24)
    return jnp.array([mse(model, x, y).astype(jnp.float32), scale, 0 if due else steps], jnp.float32)
