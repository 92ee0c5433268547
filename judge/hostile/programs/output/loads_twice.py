# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: time
# run: quick
"""Answers for its own loading before the worker does, so that every later answer comes one question late."""


import numpy as np

"@AS_WORKER@"


send(record(('{"op": "loaded", "nonce": "%s", "names": [[], {}, 1e3, null]}' % nonce()).encode()))


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
