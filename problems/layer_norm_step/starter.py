"""Layer norm with float32 statistics. `judge show layer_norm_step` has the lesson and the task."""

import jax
import jax.numpy as jnp

EPSILON = 1e-5


def layer_norm_step(x, y, gamma, beta, lr):
    """x, y: bfloat16 arrays (N, D); gamma, beta: float32 arrays (D,); lr: a float.

    Returns {"out": bfloat16 (N, D), "gamma": float32 (D,), "beta": float32 (D,)}.
    """
    # 1. Mean and variance of each row, in float32.

    # 2. The normalised rows, times gamma, plus beta; rounded to bfloat16 once.
    out = x

    # 3. The gradients of the mean squared error, and one step.
    return {"out": out, "gamma": gamma, "beta": beta}
