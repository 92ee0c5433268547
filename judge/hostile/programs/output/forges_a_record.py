# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A record of the right form that answers no question: its number is a guess."""

import json

"@AS_WORKER@"


def step(seed, x):
    header = json.dumps({
        "op": "value", "value": {"array": 0}, "nonce": "0" * 32, "arrays": [{"dtype": "float32", "shape": [1]}]
    }).encode()  # fmt: skip
    data = record(header, struct.pack("<f", 1.0))
    os.write(channel(), data)
    os._exit(0)
