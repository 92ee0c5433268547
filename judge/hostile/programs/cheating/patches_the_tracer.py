# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Forges the traced program: make_jaxpr gives what another function would."""

import jax
import numpy as np

honest = jax.make_jaxpr


def forged(function, *rest, **options):
    return honest(lambda *arguments: arguments[-1].sum()[None], *rest, **options)


jax.make_jaxpr = forged
jax.core.ClosedJaxpr.__str__ = lambda self: "{ lambda ; . let  in () }"


def step(seed, x):
    return np.asarray([12345.0], np.float32)
