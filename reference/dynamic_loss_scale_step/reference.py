"""What the step with a dynamic loss scale has to return, and the kernel that its designed data are built on.

Run eagerly and by trusted code only. Clean under strict dtype promotion, so that every change of dtype
is written down.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx

SMALLEST_SCALE, LARGEST_SCALE = 1.0, 2.0**24


def _in_float16(model: nnx.Linear) -> nnx.Linear:
    """A second model with the same parameters rounded to float16; `model` keeps its float32 masters."""
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda leaf: leaf.astype(jnp.float16), state))


def _mean_squared_error(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """Mean of the squared errors: parameters, inputs, targets and result in float16, shape ()."""
    error = _in_float16(model)(x.astype(jnp.float16)) - y.astype(jnp.float16)
    return jnp.mean(error**2)


def _all_finite(grads: nnx.State) -> jax.Array:
    """Whether no element of any gradient is infinite or NaN, bool ()."""
    return jnp.stack([jnp.all(jnp.isfinite(grad)) for grad in jax.tree.leaves(grads)]).all()


def _next_scale(
    finite: jax.Array, loss_scale: float, good_steps: int, growth_interval: int
) -> tuple[jax.Array, jax.Array]:
    """The scale of the next step, and how many good steps it has seen."""
    count = good_steps + 1
    full = jnp.asarray(count >= growth_interval)
    after_good = jnp.where(full, jnp.minimum(2.0 * loss_scale, LARGEST_SCALE), loss_scale)
    after_overflow = jnp.maximum(0.5 * loss_scale, SMALLEST_SCALE)
    return jnp.where(finite, after_good, after_overflow), jnp.where(finite & ~full, count, 0)


def dynamic_loss_scale_step(  # noqa: PLR0917 - the problem's own parameters
    seed: float,
    x: jax.Array,
    y: jax.Array,
    lr: float,
    loss_scale: float,
    good_steps: int,
    growth_interval: int,
) -> jax.Array:
    """One SGD step of a linear model in float16, left out where its gradients overflowed.

    Args:
        seed: whole number that the model's parameters are drawn from.
        x: inputs, float32 (N, D_in).
        y: targets, float32 (N, D_out).
        lr: learning rate.
        loss_scale: what the loss is multiplied by before it is differentiated.
        good_steps: steps with finite gradients since the scale last changed.
        growth_interval: after how many of them the scale doubles.

    Returns:
        The unscaled float16 loss at the parameters that result, the scale for the next step, and its count
        of good steps, float32 (3,).
    """
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled_loss(model: nnx.Linear) -> jax.Array:
        return _mean_squared_error(model, x, y).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda grad: grad.astype(jnp.float32) / loss_scale, nnx.grad(scaled_loss)(model))
    finite = _all_finite(grads)

    before = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))  # uncopied, it would be updated too
    optimizer.update(model, grads)
    after = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda new, old: jnp.where(finite, new, old), after, before))

    loss = _mean_squared_error(model, x, y)
    scale, count = _next_scale(finite, loss_scale, good_steps, growth_interval)
    return jnp.stack([value.astype(jnp.float32) for value in (loss, scale, count)])


def initial_weights(
    seed: float, x: jax.ShapeDtypeStruct, y: jax.ShapeDtypeStruct, **_others: float
) -> dict[str, jax.Array]:
    """The kernel that the step starts from, for data that are made around it.

    Args:
        seed, x, y, _others: a case's arguments; of the arrays only shape and dtype are used.

    Returns:
        {"initial": the kernel of the untrained layer, float32 (D_in, D_out)}.
    """
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    return {"initial": layer.kernel[...]}
