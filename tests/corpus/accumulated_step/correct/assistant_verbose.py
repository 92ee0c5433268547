# expect: accepted
"""
Gradient accumulation with mixed precision.

This module implements a single SGD step in which the effective batch is processed as a sequence of micro batches.

Key points:
  * Master weights are kept in float32.
  * The forward and backward pass run in bfloat16.
  * Gradients are accumulated in float32 to avoid precision loss.
"""

from typing import Any, Callable, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx

PyTree = Any


class PrecisionPolicy(NamedTuple):
    param_dtype: Any = jnp.float32
    compute_dtype: Any = jnp.bfloat16
    output_dtype: Any = jnp.float32

    def cast_to_compute(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.compute_dtype)

    def cast_to_param(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.param_dtype)

    def cast_to_output(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.output_dtype)

    @staticmethod
    def _cast(tree: PyTree, dtype) -> PyTree:
        def cast(leaf):
            if jnp.issubdtype(leaf.dtype, jnp.floating):
                return leaf.astype(dtype)
            return leaf
        return jax.tree.map(cast, tree)


def make_loss(policy: PrecisionPolicy) -> Callable:
    def loss_fn(params: PyTree, x: jax.Array, y: jax.Array) -> jax.Array:
        params, x, y = policy.cast_to_compute((params, x, y))
        predictions = x @ params["kernel"] + params["bias"]
        errors = predictions - y
        return jnp.mean(jnp.square(errors))
    return loss_fn


def accumulate(grad_fn: Callable, params: PyTree, x: jax.Array, y: jax.Array, parts: int, policy: PrecisionPolicy) -> PyTree:
    """Average the gradients over `parts` micro batches, using a float32 accumulator."""
    rows = x.shape[0] // parts
    accumulator = jax.tree.map(lambda p: jnp.zeros_like(p, dtype=policy.param_dtype), params)
    for index in range(parts):
        start = index * rows
        stop = start + rows
        grads = policy.cast_to_param(grad_fn(params, x[start:stop], y[start:stop]))
        accumulator = jax.tree.map(jnp.add, accumulator, grads)
    return jax.tree.map(lambda a: a / jnp.asarray(parts, policy.param_dtype), accumulator)


def accumulated_step(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    policy = PrecisionPolicy()
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    loss_fn = make_loss(policy)
    grads = accumulate(jax.grad(loss_fn), params, x, y, micro_batches, policy)

    optimizer = optax.sgd(learning_rate=lr)
    opt_state = optimizer.init(params)
    updates, opt_state = optimizer.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    final_loss = policy.cast_to_output(loss_fn(params, x, y))
    return jnp.reshape(final_loss, (1,))
