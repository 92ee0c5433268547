# expect: accepted
import functools
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx

half = functools.partial(jax.tree.map, operator.methodcaller("astype", jnp.bfloat16))


def part_objective(masters, part):
    copy = half(masters)          # a fresh copy, one per call
    inputs, targets = half(part)
    residual = jnp.matmul(inputs, copy["kernel"]) + copy["bias"] - targets
    return jnp.mean(residual * residual)


def objective(masters, parts):
    return functools.reduce(operator.add, (part_objective(masters, p) for p in parts))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    summed = jax.grad(objective)(masters, parts)
    assert all(g.dtype == jnp.float32 for g in jax.tree.leaves(summed))
    mean = jax.tree.map(lambda g: g / micro_batches, summed)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return jnp.atleast_1d(part_objective(masters, (x, y))).astype(jnp.float32)
