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


def counts(x):
    """Into how many equal parts rows are cut: three where that can be done, else four."""
    return (1, 3) if x.shape[0] % 3 == 0 else (1, 4)


def warm_up(seed, x, y, lr, micro_batches):
    """Run each of them once, on arrays of the shapes that submissions get, whole and in parts."""
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    masters = nnx.state(layer, nnx.Param)
    optax.apply_updates(masters, optax.sgd(lr).update(masters, optax.sgd(lr).init(masters))[0])
    nnx.Optimizer(layer, optax.sgd(lr), wrt=nnx.Param).update(layer, masters)
    loss = jnp.mean(y.astype(HALF))
    return (
        [passed(layer, x[: x.shape[0] // count], y[: x.shape[0] // count]) for count in counts(x)],
        [jnp.split(whole, count) for whole in (x, y) for count in counts(x)],
        [jnp.zeros_like(leaf) + leaf for leaf in jax.tree.leaves(masters)],
        [leaf / micro_batches for leaf in jax.tree.leaves(masters)],
        [leaf - lr * leaf for leaf in jax.tree.leaves(masters)],
        [jnp.array([loss], FULL), loss.astype(FULL).reshape(1), loss.astype(FULL)[None]],
    )


def passed(layer, x, y):
    """What goes forward and backward through one layer, operation by operation."""
    copy = half_layer(layer)
    inputs, targets = x.astype(HALF), y.astype(HALF)
    kernel, bias = copy.kernel[...], copy.bias[...]
    error = inputs @ kernel + bias - targets
    return (
        nnx.grad(lambda layer: jnp.sum(half_layer(layer)(inputs)))(layer),
        pull(lambda error: jnp.mean(error**2), error),
        pull(lambda loss: loss.astype(FULL), jnp.mean(error)),
        pull(lambda kernel, bias: inputs @ kernel + bias - targets, kernel, bias),
    )


def half_layer(layer):
    """The same layer with all it has in bfloat16."""
    graphdef, masters = nnx.split(layer, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda leaf: leaf.astype(HALF), masters))


def compile_ahead(seed, x, y, lr, micro_batches):
    """Run once what fewer steps do: other ways to write the same, and operations in the wrong precision."""
    rngs = nnx.Rngs(int(seed))
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs)
    kernel, bias = layer.kernel[...], layer.bias[...]
    loss = jnp.mean(y.astype(HALF)).astype(FULL)
    for own in ({"dtype": HALF}, {"param_dtype": HALF}, {"dtype": FULL}, {"dtype": jnp.float16}):
        nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs, **own)(x)
    return (
        [otherwise(kernel, bias, x[: x.shape[0] // count], y[: x.shape[0] // count]) for count in counts(x)],
        [cut(whole, count) for whole in (x, y) for count in counts(x)],
        [leaf * 0.5 for leaf in (kernel, bias, loss)],
        [leaf.astype(HALF) + leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf.astype(HALF) / 2 for leaf in (kernel, bias)],
        [leaf + leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf.astype(HALF) + leaf for leaf in (kernel, bias)],
        [leaf + leaf for leaf in (kernel, bias, loss)],
        [0 + leaf for leaf in (kernel, bias, loss)],
        [jnp.copy(leaf) for leaf in (kernel, bias)],
        [stacked(leaf, count) for leaf in (kernel, bias, loss) for count in counts(x)],
        [leaf.astype(HALF) * jnp.float32(lr) for leaf in (kernel, bias)],
        [lr * leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf - lr * leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf.astype(HALF) - leaf.astype(HALF) for leaf in (kernel, bias)],
        optax.sgd(lr).update((kernel.astype(HALF), bias.astype(HALF)), optax.sgd(lr).init((kernel, bias)))[0],
        [jnp.atleast_1d(loss), jnp.ravel(loss), jnp.stack([loss]), jnp.concatenate([loss[None]])],
        [jnp.broadcast_to(loss, (1,)), jnp.expand_dims(loss, 0), loss.astype(HALF)[None].astype(FULL)],
        [jnp.asarray([loss]), jnp.array(loss, FULL).reshape((1,)), jnp.full((1,), loss)],
    )


def otherwise(kernel, bias, x, y):
    """Products, errors and squares of some rows, in other ways and dtypes."""
    half_kernel, half_bias, inputs, targets = (leaf.astype(HALF) for leaf in (kernel, bias, x, y))
    error = inputs @ half_kernel + half_bias - targets
    return (
        [product(inputs, half_kernel) for product in (jnp.dot, jnp.matmul)],
        pull(lambda kernel, bias: x @ kernel + bias - y, kernel, bias),
        [pull(lambda kernel: jnp.dot(given, kernel), half_kernel) for given in (inputs, x)],
        [pull(lambda error: error - value, error) for value in (y, targets)],
        [pull(way, error) for way in SQUARES],
    )


def cut(whole, count):
    """An array in parts, along an axis of their own or one by one."""
    parts = whole.reshape(count, -1, whole.shape[-1])
    rows = whole.shape[0] // count
    return (
        parts,
        [parts[i] for i in range(count)],
        [whole[i * rows : (i + 1) * rows] for i in range(count)],
        jax.lax.dynamic_slice_in_dim(whole, 0, rows),
        jnp.split(whole.astype(HALF), count),
    )


def stacked(leaf, count):
    """So many arrays as one, its sum and its mean."""
    stack = jnp.stack([leaf] * count)
    return stack.sum(axis=0), stack.mean(axis=0)


SQUARES = (jnp.square, lambda value: value * value, optax.l2_loss, optax.squared_error)
