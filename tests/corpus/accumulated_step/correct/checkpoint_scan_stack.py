# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Batch(NamedTuple):
    inputs: jax.Array
    targets: jax.Array


class Precision(NamedTuple):
    compute: jnp.dtype = jnp.dtype("bfloat16")
    keep: jnp.dtype = jnp.dtype("float32")


POLICY = Precision()


def tree_cast(tree, dtype):
    return jax.tree_util.tree_map(lambda leaf: leaf.astype(dtype), tree)


@jax.checkpoint
def apply(params, inputs):
    return inputs @ params["kernel"] + params["bias"]


def batch_loss(params, batch: Batch):
    params = tree_cast(params, POLICY.compute)
    errors = apply(params, batch.inputs) - batch.targets
    return jnp.mean(errors * errors), {"largest": jnp.max(jnp.abs(errors))}


def gradients_by_part(params, batch: Batch, parts: int):
    shaped = jax.tree.map(lambda a: a.reshape((parts, a.shape[0] // parts) + a.shape[1:]), batch)

    def one(carry, part):
        (loss, aux), grads = jax.value_and_grad(batch_loss, has_aux=True)(params, part)
        largest = jnp.maximum(carry, aux["largest"])
        return largest, (loss, grads)

    largest, (losses, grads) = jax.lax.scan(one, jnp.zeros((), POLICY.compute), shaped)
    return losses, grads


def accumulated_step(seed, x, y, lr, micro_batches):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": module.kernel[...], "bias": module.bias[...]}
    batch = tree_cast(Batch(jnp.asarray(x), jnp.asarray(y)), POLICY.compute)

    _, stacked = gradients_by_part(params, batch, micro_batches)
    mean = jax.tree.map(lambda g: jnp.mean(g, axis=0, dtype=POLICY.keep), stacked)

    optimizer = optax.chain(optax.identity(), optax.scale(-lr))
    updates, _ = optimizer.update(mean, optimizer.init(params))
    params = optax.apply_updates(params, updates)

    loss, _ = batch_loss(params, batch)
    return loss.astype(POLICY.keep).reshape((1,))
