# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""The main thread waits for a lock that is never released, while another one works on."""

import threading
import time


def step(seed, x):
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(target=_busy, daemon=True).start()
    lock.acquire(timeout=50)


def _busy():
    stop = time.monotonic() + 50
    while time.monotonic() < stop:
        time.sleep(0.001)
