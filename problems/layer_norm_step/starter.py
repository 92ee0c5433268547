"""A mean squared error in bfloat16. `judge show layer_norm_step` has the lesson and the task."""

import jax.numpy as jnp


def layer_norm_step(x, y):
    """x, y: float32 arrays (N, D). Returns a float32 array of shape (1,)."""
    # 1. Both in bfloat16.

    # 2. The mean of the squared differences.
    loss = jnp.float32(0)

    # 3. As a float32 array of shape (1,).
    return loss
