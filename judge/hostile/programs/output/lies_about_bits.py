# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A truth value that is neither, a NaN with a message, and shapes that are truth values, floats and minus zero."""


import numpy as np

"@AS_WORKER@"


SHAPES = ("[true]", "[1.0]", "[-0]", "[1, -1]", "{}", "[[1]]", "[1e0]", "null", '"1"')
step_number = 0


def step(seed, x):
    shape = SHAPES[int(np.asarray(x).sum()) % len(SHAPES)]
    header = '{"op": "value", "nonce": "%s", "value": {"array": 0}, "arrays": [{"dtype": "bool", "shape": %s}]}'
    send(record((header % (nonce(), shape)).encode(), b"\xff"))
    os._exit(0)
