# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""The head of a record that announces more than anyone may send."""

import time

"@AS_WORKER@"


def step(seed, x):
    os.write(channel(), struct.pack(">4sII", b"JWR1", 2**32 - 1, 2**32 - 1))
    time.sleep(50)
