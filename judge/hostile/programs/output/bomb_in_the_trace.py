# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""Answers the question for the traced program with a forged one: millions of small lists."""

import time

import jax
import numpy as np

"@AS_WORKER@"


def step(seed, x):
    if not isinstance(x, jax.core.Tracer):
        return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
    bomb = b'{"op": "trace", "nonce": "%s", "trace": {"available": true, "program": {"steps": [' % nonce().encode()
    header = bomb + b"{}," * 1_300_000 + b"{}]}}}"
    data = record(header)
    send(data)
    time.sleep(50)
