"""What the accumulated step has to return, and the kernel that its designed data are built on.

Run eagerly and by trusted code only. Clean under strict dtype promotion, so that every change of dtype
is written down.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def _in_bfloat16(model: nnx.Linear) -> nnx.Linear:
    """A second model with the same parameters rounded to bfloat16; `model` keeps its float32 masters."""
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), state))


def _mean_squared_error(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """Mean of the squared errors: parameters, inputs, targets and result in bfloat16, shape ()."""
    error = _in_bfloat16(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return jnp.mean(error**2)


def accumulated_step(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """One SGD step of a linear model, whose gradient is the mean of those of the batch's parts.

    Args:
        seed: whole number that the model's parameters are drawn from.
        x: inputs, float32 (N, D_in).
        y: targets, float32 (N, D_out).
        lr: learning rate.
        micro_batches: how many equal parts the rows are cut into, in order; it divides N.

    Returns:
        The bfloat16 loss of the whole batch at the updated parameters, float32 (1,).
    """
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for inputs, targets in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches), strict=True):
        grads = nnx.grad(_mean_squared_error)(model, inputs, targets)
        total = jax.tree.map(lambda so_far, grad: so_far + grad.astype(jnp.float32), total, grads)

    optimizer.update(model, jax.tree.map(lambda leaf: leaf / micro_batches, total))
    return _mean_squared_error(model, x, y).astype(jnp.float32).reshape(1)


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
