# verdicts: memory_limit
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""4 GiB asked of the backend, whose own out-of-memory error is no MemoryError."""

import jax.numpy as jnp


def step(seed, x):
    return jnp.sum(jnp.arange(1 << 30, dtype=jnp.float32) + x[0, 0])[None]
