# verdicts: accepted pitfall
# contained in: none landlock namespaces
# looks for: memory time processes
# run: quick
"""Right when it is called; when it is traced, it returns a container whose children never end."""

import itertools

import jax
import numpy as np

class Endless:
    pass


jax.tree_util.register_pytree_with_keys(
    Endless,
    lambda tree: (((jax.tree_util.SequenceKey(0), 0.0) for _ in itertools.count()), None),
    lambda _, children: Endless(),
    lambda tree: (itertools.repeat(0.0), None),
)


def step(seed, x):
    if isinstance(x, jax.core.Tracer):
        return Endless()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
