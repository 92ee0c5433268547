# verdicts: runtime_error time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Answers for its own loading, with a number where names belong, and then works on and on in a worker that nobody may forget."""

import time

"@AS_WORKER@"


send(record(('{"op": "loaded", "nonce": "%s", "names": 5}' % nonce()).encode()))
end = time.monotonic() + 50
while time.monotonic() < end:
    pass


def step(seed, x):
    return None
