"""Right steps by hand: ways through the parts, in loops of Python and of JAX, or side by side."""

import operator

import jax
import jax.numpy as jnp
from accumulated_losses import FP32, Parameters, Step, mse, registry_of_means, stacked

LOOPS: dict[str, Step] = {}
way = registry_of_means(LOOPS)


@way("jnp-split")
def jnp_split(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The first gradient starts the sum, and the loop goes on from the second part."""
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches), strict=True))
    total = jax.grad(mse)(parameters, *parts[0])
    for part in parts[1:]:
        total = jax.tree.map(operator.add, total, jax.grad(mse)(parameters, *part))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("reshape-loop")
def reshape_loop(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The parts are taken by number along an axis of their own."""
    inputs, targets = stacked(x, y, micro_batches)
    total = jax.tree.map(jnp.zeros_like, parameters)
    for i in range(micro_batches):
        grads = jax.grad(mse)(parameters, inputs[i], targets[i])
        total = jax.tree.map(operator.add, total, grads)
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("scan")
def scan(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The sum is the carry of a scan over the parts."""

    def add(total: Parameters, part: tuple[jax.Array, jax.Array]) -> tuple[Parameters, jax.Array]:
        loss, grads = jax.value_and_grad(mse)(parameters, *part)
        return jax.tree.map(jnp.add, total, grads), loss

    zeros = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, FP32), parameters)
    total, _ = jax.lax.scan(add, zeros, stacked(x, y, micro_batches))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("scan-stacks")
def _scan_stacks(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    _, grads = jax.lax.scan(
        lambda _, part: (None, jax.grad(mse)(parameters, *part)), None, stacked(x, y, micro_batches)
    )
    return jax.tree.map(lambda leaf: leaf.mean(axis=0), grads)


@way("fori-loop")
def _fori_loop(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    rows = x.shape[0] // micro_batches

    def add(i: jax.Array, total: Parameters) -> Parameters:
        part = (jax.lax.dynamic_slice_in_dim(whole, i * rows, rows) for whole in (x, y))
        return jax.tree.map(jnp.add, total, jax.grad(mse)(parameters, *part))

    total = jax.lax.fori_loop(0, micro_batches, add, jax.tree.map(jnp.zeros_like, parameters))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("while-loop")
def _while_loop(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    inputs, targets = stacked(x, y, micro_batches)

    def add(carry: tuple[jax.Array, Parameters]) -> tuple[jax.Array, Parameters]:
        i, total = carry
        grads = jax.grad(mse)(parameters, inputs[i], targets[i])
        return i + 1, jax.tree.map(jnp.add, total, grads)

    start = (jnp.int32(0), jax.tree.map(jnp.zeros_like, parameters))
    _, total = jax.lax.while_loop(lambda carry: carry[0] < micro_batches, add, start)
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("vmap-mean")
def _vmap_mean(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The gradient of each part by itself, side by side; the mean is of float32 arrays."""
    grads = jax.vmap(jax.grad(mse), in_axes=(None, 0, 0))(parameters, *stacked(x, y, micro_batches))
    return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), grads)


@way("vmap-sum")
def _vmap_sum(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    grads = jax.vmap(jax.grad(mse), in_axes=(None, 0, 0))(parameters, *stacked(x, y, micro_batches))
    return jax.tree.map(lambda leaf: leaf.sum(axis=0) / micro_batches, grads)


@way("lax-map")
def _lax_map(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    grads = jax.lax.map(lambda part: jax.grad(mse)(parameters, *part), stacked(x, y, micro_batches))
    return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0) / micro_batches, grads)
