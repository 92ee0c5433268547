# verdicts: accepted runtime_error time_limit
# contained in: none landlock namespaces
# looks for: canaries processes time
# run: quick
"""A thread that reads the channel in the worker's place, prints what the judge asks next, and leaves the rest unread."""

import threading
import time

import numpy as np

"@AS_WORKER@"


def listen(descriptor):
    while True:
        try:
            print("heard", os.read(descriptor, 1000)[:200])
        except OSError:
            time.sleep(0.001)


def step(seed, x):
    for _ in range(8):
        threading.Thread(target=listen, args=(channel(),), daemon=True).start()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
