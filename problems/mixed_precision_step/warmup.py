"""The operations that steps are made of, each for itself: what the judge prepares its workers with.

A worker that has gone through these has them compiled before a submission arrives. This is no solution and
leads to none: nothing is put together here, and what comes out means nothing.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF, FULL = jnp.bfloat16, jnp.float32


def pull(function, *values):
    """A function's value, and how a change of that goes back through it."""
    result, pullback = jax.vjp(function, *values)
    return result, pullback(jnp.ones_like(result))


def warm_up(seed, x, y, lr, loss_scale):
    """Run each of them once, on arrays of the shapes that submissions get."""
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(layer, nnx.Param)
    copies = jax.tree.map(lambda leaf: leaf.astype(HALF), masters)
    inputs, targets = x.astype(HALF), y.astype(HALF)
    error = nnx.merge(graphdef, copies)(inputs) - targets
    loss = jnp.mean(error**2)
    kernel, bias = copies.kernel[...], copies.bias[...]
    optax.apply_updates(masters, optax.sgd(lr).update(masters, optax.sgd(lr).init(masters))[0])
    nnx.Optimizer(layer, optax.sgd(lr), wrt=nnx.Param).update(layer, masters)
    return (
        nnx.grad(lambda copy: jnp.sum(copy(inputs)).astype(FULL))(nnx.merge(graphdef, copies)),
        [pull(lambda leaf: leaf.astype(HALF), leaf) for leaf in jax.tree.leaves(masters)],
        [pull(lambda error: jnp.mean(error**2), error), pull(jnp.square, error), pull(jnp.mean, error)],
        pull(lambda loss: loss.astype(FULL) * loss_scale, loss),
        pull(lambda kernel, bias: inputs @ kernel + bias - targets, kernel, bias),
        [leaf - lr * (leaf / loss_scale) for leaf in jax.tree.leaves(masters)],
        [leaf * (1.0 / loss_scale) for leaf in jax.tree.leaves(masters)],
        [jnp.array([loss], FULL), loss.astype(FULL).reshape(1), loss.astype(FULL)[None]],
        loss.astype(FULL) / loss_scale,
    )
