# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Makes every comparison of numpy, jax and math say that all is close: the judge compares elsewhere."""

import math

import jax
import jax.numpy as jnp
import numpy as np

for module in (np, jnp, np.testing, math):
    for name in ("allclose", "isclose", "array_equal", "equal", "abs", "isfinite", "assert_allclose"):
        if hasattr(module, name):
            setattr(module, name, lambda *_, **__: True)
jax.config.update("jax_enable_x64", True)


def step(seed, x):
    return np.asarray([12345.0], np.float32)
