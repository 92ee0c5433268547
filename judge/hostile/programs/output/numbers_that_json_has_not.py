# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""A record with the right number, and sizes and indices that are negative, infinite, huge or no numbers."""

import time

"@AS_WORKER@"


def step(seed, x):
    header = (
        '{"op": "value", "value": {"array": -1e999}, "nonce": "%s", "bytes": NaN, '
        '"arrays": [{"dtype": "float32", "shape": [-1, 1e400, 99999999999999999999]}]}' % nonce()
    ).encode()
    os.write(channel(), record(header))
    time.sleep(50)
