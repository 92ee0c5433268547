# verdicts: pitfall
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
# reading: required
"""Shows another program than it runs, and one that gives the same number: what was returned is a constant in it."""

import jax
import jax.numpy as jnp
import numpy as np

known = [np.zeros(1, np.float32)]


def step(seed, x):
    if isinstance(x, jax.core.Tracer):
        return 0 * (2 * jnp.sum(x) + seed) + known[-1]
    known.append(np.asarray([2 * np.asarray(x).sum() + seed], np.float32))
    return jnp.asarray(known[-1])
