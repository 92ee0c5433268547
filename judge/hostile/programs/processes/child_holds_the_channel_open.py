# verdicts: runtime_error time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""The worker ends without an answer while a child keeps all of its descriptors."""

import os
import time


def step(seed, x):
    if os.fork() == 0:
        time.sleep(50)
    os._exit(0)
