"""Right steps by hand that are compiled, with the numbers as arguments so that a shape is compiled once."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from accumulated_loops import reshape_loop, scan
from accumulated_losses import Parameters, Step, initial_parameters, mse, registry, returned, sliced, stepped

COMPILED: dict[str, Step] = {}
style = registry(COMPILED)


@partial(jax.jit, static_argnames="micro_batches")
def _whole_step(seed: jax.Array, x: jax.Array, y: jax.Array, lr: jax.Array, micro_batches: int) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    return returned(stepped(parameters, reshape_loop(parameters, x, y, micro_batches), lr), x, y)


@style("jitted-whole")
def _jitted_whole(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    return _whole_step(seed, x, y, lr, micro_batches=micro_batches)


@partial(jax.jit, static_argnums=4)
def _scanned_step(
    parameters: Parameters, x: jax.Array, y: jax.Array, lr: jax.Array, micro_batches: int
) -> jax.Array:
    optimizer = optax.sgd(lr)
    mean = scan(parameters, x, y, micro_batches)
    updates, _ = optimizer.update(mean, optimizer.init(parameters))
    return returned(optax.apply_updates(parameters, updates), x, y)


@style("jitted-scan")
def _jitted_scan(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    return _scanned_step(initial_parameters(seed, x, y), x, y, lr, micro_batches)


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _added(total: Parameters, parameters: Parameters, inputs: jax.Array, targets: jax.Array) -> Parameters:
    return jax.tree.map(jnp.add, total, jax.grad(mse)(parameters, inputs, targets))


@style("jitted-accumulation")
def _jitted_accumulation(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    total = jax.tree.map(jnp.zeros_like, parameters)
    for part in sliced(x, y, micro_batches):
        total = _added(total, parameters, *part)
    return returned(stepped(parameters, total, lr / micro_batches), x, y)
