# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A header within the allowed size that becomes a hundred times larger when it is read."""

import time

"@AS_WORKER@"


def step(seed, x):
    header = b'{"op": "value", "arrays": [], "value": [' + b"{}," * 2_500_000 + b"{}]}"
    data = record(header)
    send(data)
    time.sleep(50)
