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
    masters, copy = nnx.state(layer, nnx.Param), half_layer(layer)
    inputs, targets = x.astype(HALF), y.astype(HALF)
    loss = jnp.mean((copy(inputs) - targets) ** 2)
    kernel, bias = copy.kernel[...], copy.bias[...]
    error = inputs @ kernel + bias - targets
    optax.apply_updates(masters, optax.sgd(lr).update(masters, optax.sgd(lr).init(masters))[0])
    nnx.Optimizer(layer, optax.sgd(lr), wrt=nnx.Param).update(layer, masters)
    return (
        nnx.grad(lambda layer: jnp.sum(half_layer(layer)(inputs)).astype(FULL))(layer),
        pull(lambda error: jnp.mean(error**2), error),
        pull(lambda loss: loss.astype(FULL) * loss_scale, loss),
        pull(lambda kernel, bias: inputs @ kernel + bias - targets, kernel, bias),
        [leaf - lr * (leaf / loss_scale) for leaf in jax.tree.leaves(masters)],
        [jnp.array([loss], FULL), loss.astype(FULL).reshape(1), loss.astype(FULL)[None]],
    )


def half_layer(layer):
    """The same layer with all it has in bfloat16."""
    graphdef, masters = nnx.split(layer, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda leaf: leaf.astype(HALF), masters))


def compile_ahead(seed, x, y, lr, loss_scale):
    """Run once what fewer steps do: other ways to write the same, and operations in the wrong precision."""
    rngs = nnx.Rngs(int(seed))
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs)
    kernel, bias = layer.kernel[...], layer.bias[...]
    half_kernel, half_bias, inputs, targets = (leaf.astype(HALF) for leaf in (kernel, bias, x, y))
    error, loss = inputs @ half_kernel + half_bias - targets, jnp.mean(targets).astype(FULL)
    for own in ({"dtype": HALF}, {"param_dtype": HALF}, {"dtype": FULL}, {"dtype": jnp.float16}):
        nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs, **own)(x)
    return (
        [product(inputs, half_kernel) for product in (jnp.dot, jnp.matmul)],
        jnp.einsum("nd,do->no", inputs, half_kernel),
        jax.lax.dot_general(inputs, half_kernel, (((1,), (0,)), ((), ())), preferred_element_type=FULL),
        pull(lambda kernel, bias: x @ kernel + bias - y, kernel, bias),
        [pull(lambda kernel: jnp.dot(given, kernel), half_kernel) for given in (inputs, x)],
        [pull(lambda error: error - value, error) for value in (y, targets)],
        pull(lambda kernel, bias: layer_like(inputs, kernel, bias), kernel, bias),
        nnx.grad(lambda layer: jnp.mean((layer(x) - y) ** 2) * loss_scale)(layer),
        [[pull(way, value) for way in SQUARES] for value in (error, error.astype(FULL))],
        [jnp.mean(way(value)) for way in SQUARES for value in (error, error.astype(FULL))],
        [error + y, error - y, y - error, error.astype(FULL) - targets, -error, jnp.sum(error * error)],
        [leaf.astype(HALF) / loss_scale for leaf in (kernel, bias)],
        [leaf * (1.0 / loss_scale) for leaf in (kernel, bias, loss)],
        loss / loss_scale,
        [leaf.astype(HALF) * jnp.float32(lr) for leaf in (kernel, bias)],
        [lr * leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf - lr * leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf.astype(HALF) - leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf + leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf.astype(HALF) + leaf for leaf in (kernel, bias)],
        [jnp.copy(leaf) for leaf in (kernel, bias)],
        [jnp.isfinite(leaf).all() for leaf in (kernel, bias)],
        optax.sgd(lr).update((half_kernel, half_bias), optax.sgd(lr).init((half_kernel, half_bias)))[0],
        [jnp.float32(loss) * jnp.float32(loss_scale), loss.astype(HALF) * loss_scale, loss + loss],
        [jnp.atleast_1d(loss), jnp.ravel(loss), jnp.stack([loss]), jnp.concatenate([loss[None]])],
        [jnp.broadcast_to(loss, (1,)), jnp.expand_dims(loss, 0), loss.astype(HALF)[None].astype(FULL)],
        [jnp.asarray([loss]), jnp.array(loss, FULL).reshape((1,)), jnp.full((1,), loss)],
    )


def layer_like(inputs, kernel, bias):
    """The product of a layer that was never cast, with a bias as a row."""
    return jnp.dot(inputs, kernel) + jnp.reshape(bias, (1, -1))


SQUARES = (jnp.square, lambda value: value * value, optax.l2_loss, optax.squared_error)
