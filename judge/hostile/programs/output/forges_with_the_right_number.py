# verdicts: wrong_answer runtime_error time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Takes the question's number out of the worker's frames and answers in its place; the value is still a guess."""

import json

"@AS_WORKER@"


def step(seed, x):
    header = json.dumps({
        "op": "value", "value": {"array": 0}, "nonce": nonce(), "verdict": "accepted", "score": 1.0,
        "arrays": [{"dtype": "float32", "shape": [1]}],
    }).encode()  # fmt: skip
    data = record(header, struct.pack("<f", 12345.0))
    os.write(channel(), data)
    import time

    time.sleep(50)
