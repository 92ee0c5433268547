# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""A thread ends the process, with status 0, while the call goes on."""

import os
import threading
import time


def step(seed, x):
    threading.Timer(0.2, os._exit, args=(0,)).start()
    time.sleep(40)
