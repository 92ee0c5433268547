# expect: accepted
"""
Mixed-precision training step with gradient accumulation.

Key design decisions:
    * Master weights are kept in float32 for numerical stability.
    * The forward and backward passes are executed in bfloat16.
    * Gradients are accumulated in float32 to avoid swamping of small contributions.
    * A single optimizer step is performed after all micro batches have been processed.
"""
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx

COMPUTE_DTYPE = jnp.bfloat16
MASTER_DTYPE = jnp.float32


class TrainState(NamedTuple):
    """Everything that changes during training."""

    params: dict[str, jax.Array]
    opt_state: optax.OptState
    grad_sum: dict[str, jax.Array]
    num_accumulated: jax.Array


def _to_compute(tree):
    """Cast a pytree to the compute dtype."""
    return jax.tree_util.tree_map(lambda leaf: leaf.astype(COMPUTE_DTYPE), tree)


def _loss_fn(params: dict[str, jax.Array], inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Mean squared error, computed in the compute dtype."""
    low = _to_compute(params)
    predictions = jnp.dot(_to_compute(inputs), low["kernel"]) + low["bias"]
    errors = predictions - _to_compute(targets)
    return jnp.mean(jnp.square(errors))


def _init_state(seed: int, d_in: int, d_out: int, tx: optax.GradientTransformation) -> TrainState:
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    zeros = {name: jnp.zeros(value.shape, MASTER_DTYPE) for name, value in params.items()}
    return TrainState(params, tx.init(params), zeros, jnp.zeros((), jnp.int32))


def _accumulate(state: TrainState, inputs: jax.Array, targets: jax.Array) -> TrainState:
    grads = jax.grad(_loss_fn)(state.params, inputs, targets)
    grad_sum = {name: state.grad_sum[name] + grads[name].astype(MASTER_DTYPE) for name in grads}
    return state._replace(grad_sum=grad_sum, num_accumulated=state.num_accumulated + 1)


def _apply(state: TrainState, tx: optax.GradientTransformation) -> TrainState:
    denominator = state.num_accumulated.astype(MASTER_DTYPE)
    mean = {name: total / denominator for name, total in state.grad_sum.items()}
    updates, opt_state = tx.update(mean, state.opt_state, state.params)
    return state._replace(params=optax.apply_updates(state.params, updates), opt_state=opt_state)


def accumulated_step(seed, x, y, lr, micro_batches):
    """One SGD step with gradient accumulation. Returns the loss after the step, shape (1,)."""
    num_rows = x.shape[0]
    if num_rows % micro_batches != 0:
        raise ValueError(f"{num_rows} rows can't be cut into {micro_batches} equal parts")
    rows_per_part = num_rows // micro_batches

    tx = optax.sgd(learning_rate=lr)
    state = _init_state(int(seed), x.shape[1], y.shape[1], tx)
    for index in range(micro_batches):
        start = index * rows_per_part
        stop = start + rows_per_part
        state = _accumulate(state, x[start:stop], y[start:stop])
    state = _apply(state, tx)

    final_loss = _loss_fn(state.params, x, y)
    return final_loss.astype(jnp.float32).reshape((1,))
