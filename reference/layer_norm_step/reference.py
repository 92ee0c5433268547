"""What is expected. Run eagerly, and by trusted code only: learners never see it before they are done.

A recipe such as `linear_of_x` needs a function `initial_weights` as well; docs/problem-format.md says how.
"""

import jax
import jax.numpy as jnp


def layer_norm_step(x: jax.Array, y: jax.Array) -> jax.Array:
    """The mean squared error of x and y, float32 (N, D), in bfloat16; float32 (1,)."""
    error = x.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.mean(error**2).astype(jnp.float32).reshape(1)
