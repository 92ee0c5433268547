# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A header that no recursive reader survives."""

import time

"@AS_WORKER@"


def step(seed, x):
    header = b'{"op": "value", "value": ' + b"[" * 500_000 + b"]" * 500_000 + b"}"
    data = record(header)
    send(data)
    time.sleep(50)
