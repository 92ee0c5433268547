"""The operations that steps are made of, each for itself: what the judge prepares its workers with.

A worker that has gone through these has them compiled before a submission arrives. This is no solution and
leads to none: nothing is put together here, and what comes out means nothing.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF, FULL = jnp.float16, jnp.float32


def pull(function, *values):
    """A function's value, and how a change of that goes back through it."""
    result, pullback = jax.vjp(function, *values)
    return result, pullback(jnp.ones_like(result))


def warm_up(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """Run each of them once, on arrays of the shapes that submissions get."""
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    masters, copy = nnx.state(layer, nnx.Param), half_layer(layer)
    inputs, targets = x.astype(HALF), y.astype(HALF)
    loss = jnp.mean((copy(inputs) - targets) ** 2)
    kernel, bias = copy.kernel[...], copy.bias[...]
    error = inputs @ kernel + bias - targets
    optax.apply_updates(masters, optax.sgd(lr).update(masters, optax.sgd(lr).init(masters))[0])
    nnx.Optimizer(layer, optax.sgd(lr), wrt=nnx.Param).update(layer, masters)
    leaves = jax.tree.leaves(masters)
    answers = [jnp.isfinite(leaf) for leaf in leaves]
    answer = jnp.all(answers[-1])
    return (
        nnx.grad(lambda layer: jnp.sum(half_layer(layer)(inputs)).astype(FULL))(layer),
        pull(lambda error: jnp.mean(error**2), error),
        pull(lambda loss: loss.astype(FULL) * loss_scale, loss),
        pull(lambda kernel, bias: inputs @ kernel + bias - targets, kernel, bias),
        [leaf - lr * (leaf / loss_scale) for leaf in leaves],
        [one.all() for one in answers],
        jnp.stack([answer, answer]).all(),
        [answer & answer, ~answer],
        [way(loss_scale, 1.0) for way in (jnp.minimum, jnp.maximum)],
        [jnp.where(answer, leaf, leaf) for leaf in leaves],
        [jnp.copy(leaf) for leaf in leaves],
        [jnp.where(answer, one, one).astype(FULL) for one in (loss_scale, good_steps)],
        [jnp.where(answer, one, one) for one in (jnp.float32(loss_scale), jnp.int32(good_steps))],
        jnp.stack([loss.astype(FULL), loss.astype(FULL), loss.astype(FULL)]),
        jnp.array([loss, loss_scale, good_steps], FULL),
    )


def half_layer(layer):
    """The same layer with all it has in float16."""
    graphdef, masters = nnx.split(layer, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda leaf: leaf.astype(HALF), masters))


def compile_ahead(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """Run once what fewer steps do: other ways to write the same, and operations in the wrong precision."""
    rngs = nnx.Rngs(int(seed))
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs)
    kernel, bias = layer.kernel[...], layer.bias[...]
    half_kernel, half_bias, inputs, targets = (leaf.astype(HALF) for leaf in (kernel, bias, x, y))
    error, loss = inputs @ half_kernel + half_bias - targets, jnp.mean(targets).astype(FULL)
    for own in ({"dtype": HALF}, {"param_dtype": HALF}, {"dtype": FULL}, {"dtype": jnp.bfloat16}):
        nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs, **own)(x)
    answer, scale, count = jnp.isfinite(loss), jnp.float32(loss_scale), jnp.int32(good_steps)
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
        [leaf * answer for leaf in (kernel, bias)],
        [jnp.zeros_like(leaf) for leaf in (kernel, bias)],
        [jnp.where(answer, leaf, 0.0) for leaf in (kernel, bias)],
        [jnp.nan_to_num(leaf) for leaf in (kernel, bias)],
        [way(leaf) for way in (jnp.isnan, jnp.isinf) for leaf in (kernel, bias)],
        [jnp.any(jnp.isfinite(leaf)) for leaf in (kernel, bias)],
        [jnp.max(jnp.abs(leaf)) for leaf in (kernel, bias)],
        [jnp.sum(leaf) for leaf in (kernel, bias)],
        optax.global_norm([kernel, bias]),
        [jnp.isfinite(loss.astype(HALF)), answer | answer, jnp.logical_and(answer, answer)],
        [leaf.astype(HALF) * jnp.float32(lr) for leaf in (kernel, bias)],
        [lr * leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf - lr * leaf.astype(HALF) for leaf in (kernel, bias)],
        [leaf + leaf.astype(HALF) for leaf in (kernel, bias)],
        optax.sgd(lr).update((half_kernel, half_bias), optax.sgd(lr).init((half_kernel, half_bias)))[0],
        [scale * 2, scale * 2.0, scale * 0.5, scale / 2, scale / 2.0, count + 1],
        [way(scale, 1.0) for way in (jnp.minimum, jnp.maximum)],
        [jnp.where(answer, *pair) for pair in ((scale, 1.0), (count, 0), (0, count), (1.0, scale))],
        [jnp.float32(loss) * scale, loss.astype(HALF) * loss_scale, loss + loss],
        [jnp.stack([loss, scale, count]), jnp.array([loss, scale, count]), jnp.asarray([loss, scale, count])],
        jnp.concatenate([loss[None], scale[None], count[None].astype(FULL)]),
    )


def layer_like(inputs, kernel, bias):
    """The product of a layer that was never cast, with a bias as a row."""
    return jnp.dot(inputs, kernel) + jnp.reshape(bias, (1, -1))


SQUARES = (jnp.square, lambda value: value * value, optax.l2_loss, optax.squared_error)
