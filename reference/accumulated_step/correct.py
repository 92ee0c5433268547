"""Right steps in other styles than the reference: none of them may come near to rejection.

Each takes and returns what the reference's `accumulated_step` does. The jitted ones are right under
`--xla_allow_excess_precision=false` only, as all submissions are run: without it XLA leaves out roundings.
"""

import operator
from functools import partial, reduce

import jax
import jax.numpy as jnp
import numpy as np
import optax
from accumulated_backwards import BACKWARDS
from accumulated_compiled import COMPILED
from accumulated_loops import LOOPS, jnp_split
from accumulated_losses import (
    FP32,
    Parameters,
    Step,
    initial_parameters,
    mse,
    registry,
    registry_of_means,
    returned,
    sliced,
    stepped,
)
from accumulated_models import MODELS
from jax.flatten_util import ravel_pytree

CORRECT: dict[str, Step] = MODELS | LOOPS
style = registry(CORRECT)
way = registry_of_means(CORRECT)

# --- by hand: ways to add the parts' gradients -------------------------------------------------------


@way("list-sum")
def _list_sum(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    grads = [jax.grad(mse)(parameters, *part) for part in sliced(x, y, micro_batches)]
    return {name: sum(grad[name] for grad in grads) / micro_batches for name in parameters}


@way("stack-mean")
def _stack_mean(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    grads = [jax.grad(mse)(parameters, *part) for part in sliced(x, y, micro_batches)]
    return jax.tree.map(lambda *leaves: jnp.mean(jnp.stack(leaves), axis=0), *grads)


@way("reduce")
def _reduce(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    grads = (jax.grad(mse)(parameters, *part) for part in sliced(x, y, micro_batches))
    total = reduce(partial(jax.tree.map, operator.add), grads)
    return jax.tree.map(lambda leaf: leaf * (1.0 / micro_batches), total)


@way("divided-before")
def _divided_before(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Each gradient is divided before it is added, in float32."""
    total = jax.tree.map(jnp.zeros_like, parameters)
    for part in sliced(x, y, micro_batches):
        grads = jax.grad(mse)(parameters, *part)
        total = jax.tree.map(lambda so_far, grad: so_far + grad / micro_batches, total, grads)
    return total


@way("running-mean")
def _running_mean(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Welford's: the mean so far moves towards each new gradient."""
    mean = jax.tree.map(jnp.zeros_like, parameters)
    for count, part in enumerate(sliced(x, y, micro_batches), start=1):
        grads = jax.grad(mse)(parameters, *part)
        mean = jax.tree.map(lambda old, grad, n=count: old + (grad - old) / n, mean, grads)
    return mean


@way("incremental-update")
def _incremental_update(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    mean = jax.tree.map(jnp.zeros_like, parameters)
    for i, part in enumerate(sliced(x, y, micro_batches)):
        mean = optax.incremental_update(jax.grad(mse)(parameters, *part), mean, 1.0 / (i + 1))
    return mean


@way("kahan")
def _kahan(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Compensated summation: better than what is asked for."""
    total = lost = jax.tree.map(jnp.zeros_like, parameters)
    for part in sliced(x, y, micro_batches):
        grads = jax.tree.map(operator.sub, jax.grad(mse)(parameters, *part), lost)
        new = jax.tree.map(operator.add, total, grads)
        lost = jax.tree.map(lambda now, old, grad: (now - old) - grad, new, total, grads)
        total = new
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("pairwise")
def _pairwise(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    grads = [jax.grad(mse)(parameters, *part) for part in sliced(x, y, micro_batches)]
    while len(grads) > 1:
        pairs = [jax.tree.map(operator.add, *grads[i : i + 2]) for i in range(0, len(grads) - 1, 2)]
        grads = pairs + grads[len(pairs) * 2 :]
    return jax.tree.map(lambda leaf: leaf / micro_batches, grads[0])


@way("reversed")
def _reversed(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The parts are those of the task; they are added from the last to the first."""
    total = jax.tree.map(jnp.zeros_like, parameters)
    for part in reversed(list(sliced(x, y, micro_batches))):
        total = jax.tree.map(operator.add, total, jax.grad(mse)(parameters, *part))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("in-float64")
def _in_float64(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Summed by numpy in float64 and rounded once."""
    total = {name: np.zeros(leaf.shape) for name, leaf in parameters.items()}
    for part in sliced(x, y, micro_batches):
        for name, grad in jax.grad(mse)(parameters, *part).items():
            total[name] += np.asarray(grad, np.float64)
    return {name: jnp.asarray((leaf / micro_batches).astype(np.float32)) for name, leaf in total.items()}


@way("raveled")
def _raveled(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    flat, unravel = ravel_pytree(parameters)
    total = jnp.zeros_like(flat)
    for part in sliced(x, y, micro_batches):
        total += ravel_pytree(jax.grad(mse)(parameters, *part))[0]
    return unravel(total / micro_batches)


@way("numpy-parts")
def _numpy_parts(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Row numbers split by numpy; rows are then taken by number."""
    total = jax.tree.map(jnp.zeros_like, parameters)
    for rows in np.array_split(np.arange(x.shape[0]), micro_batches):
        total = jax.tree.map(jnp.add, total, jax.grad(mse)(parameters, x[rows], y[rows]))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


CORRECT |= BACKWARDS


# --- other ways to update and to return -------------------------------------------------------------


@style("summed-increments")
def _summed_increments(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """Keeps the sum of the increments in place of that of the gradients; the parameters move once."""
    parameters = initial_parameters(seed, x, y)
    total = jax.tree.map(jnp.zeros_like, parameters)
    for part in sliced(x, y, micro_batches):
        grads = jax.grad(mse)(parameters, *part)
        total = jax.tree.map(lambda so_far, grad: so_far - (lr / micro_batches) * grad, total, grads)
    return returned(optax.apply_updates(parameters, total), x, y)


@style("second-set")
def _second_set(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """A second set of parameters moves in the loop; all gradients are taken at the first one."""
    parameters = moving = initial_parameters(seed, x, y)
    for part in sliced(x, y, micro_batches):
        moving = stepped(moving, jax.grad(mse)(parameters, *part), lr / micro_batches)
    return returned(moving, x, y)


@style("optax-by-hand")
def _optax_by_hand(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    optimizer = optax.sgd(lr)
    mean = jnp_split(parameters, x, y, micro_batches)
    updates, _ = optimizer.update(mean, optimizer.init(parameters), parameters)
    return np.asarray(mse(optax.apply_updates(parameters, updates), x, y), np.float32).reshape(1)


@style("rounded-mean-of-part-losses")
def _rounded_mean_of_part_losses(
    seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    """The batch's loss as the mean of its parts' losses at the new parameters, in bfloat16 again."""
    parameters = initial_parameters(seed, x, y)
    new = stepped(parameters, jnp_split(parameters, x, y, micro_batches), lr)
    losses = jnp.stack([mse(new, *part) for part in sliced(x, y, micro_batches)])
    return jnp.mean(losses).astype(FP32).reshape(1)


CORRECT |= COMPILED
