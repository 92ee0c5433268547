# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes memory time
# run: quick
"""Sends its answer in small parts, each with as many descriptors as fit, so that the judge has none left."""

import socket

import numpy as np

"@AS_WORKER@"


def step(seed, x):
    number = struct.pack("<f", 2 * float(np.asarray(x).sum()) + seed)
    header = '{"op": "value", "nonce": "%s", "value": {"array": 0}, "arrays": [{"dtype": "float32", "shape": [1]}]}'
    data = record((header % nonce()).encode(), number)
    line = socket.socket(fileno=os.dup(channel()))
    null = os.open(os.devnull, os.O_RDONLY)
    for start in range(0, len(data), 4):
        try:
            socket.send_fds(line, [data[start : start + 4]], [null] * 200)
        except OSError:
            line.sendall(data[start : start + 4])
    os._exit(0)
