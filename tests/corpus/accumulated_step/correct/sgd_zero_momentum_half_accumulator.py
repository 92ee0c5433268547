# expect: accepted
import collections

import jax
import jax.numpy as jnp
import optax
from flax import nnx

Params = collections.namedtuple("Params", "kernel bias")


def squared(params, x, y):
    z = jax.lax.dot_general(x, params.kernel, (((1,), (0,)), ((), ())), preferred_element_type=jnp.bfloat16)
    return jnp.mean(jax.lax.integer_pow(z + params.bias - y, 2))


def objective(masters, x, y):
    args = optax.tree.cast((masters, x, y), jnp.bfloat16)
    return squared(*args)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = Params(net.kernel[...], net.bias[...])
    tx = optax.sgd(lr, momentum=0.0, accumulator_dtype=jnp.bfloat16)
    per_part = jax.lax.map(
        lambda xy: jax.grad(objective)(masters, *xy),
        (jnp.stack(jnp.split(x, micro_batches)), jnp.stack(jnp.split(y, micro_batches))),
    )
    mean = jax.tree.map(lambda g: jnp.sum(g, 0) / micro_batches, per_part)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    return objective(optax.apply_updates(masters, updates), x, y).astype(jnp.float32)[None]
