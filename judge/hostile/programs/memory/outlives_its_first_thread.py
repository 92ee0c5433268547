# verdicts: memory_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""The first thread ends alone, so that the system tells no memory of the process, and another one fills it."""

import ctypes
import platform
import threading
import time


def _fill():
    time.sleep(0.5)
    kept = []
    for _ in range(100):
        kept.append(bytearray(b"\xa5") * (32 << 20))
        time.sleep(0.02)
    time.sleep(50)


def step(seed, x):
    threading.Thread(target=_fill).start()
    ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
