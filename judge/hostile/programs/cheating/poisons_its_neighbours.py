# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory cache
# run: quick
"""Changes what all modules share: whoever is judged next must not see it."""

import builtins
import os
import sys

import jax
import jax.numpy as jnp
import numpy as np

builtins.sum = builtins.float = lambda *_: 0.0
jnp.sum = np.sum = lambda *_, **__: 0.0
jax.config.update("jax_disable_jit", True)
os.environ["XLA_FLAGS"] = "--xla_allow_excess_precision=true"
sys.path.insert(0, "/tmp")
np.float32 = np.float64


def step(seed, x):
    return np.asarray([12345.0], np.float32)
