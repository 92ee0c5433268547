# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Two whole records for one question, in one write, both with the right number."""

import json

"@AS_WORKER@"


def step(seed, x):
    header = json.dumps({"op": "value", "value": {"array": 0}, "nonce": nonce(), "arrays": [
        {"dtype": "float32", "shape": [1]}
    ]}).encode()  # fmt: skip
    answer = float(2 * x.sum() + seed)
    data = record(header, struct.pack("<f", answer))
    os.write(channel(), data * 2)
    import time

    time.sleep(50)
