# verdicts: accepted time_limit runtime_error
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Threads that compute without Python's lock from the moment that the right result is returned."""

import hashlib
import threading

import numpy as np

def burn():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 10**6)


def step(seed, x):
    for _ in range(4):
        threading.Thread(target=burn, daemon=True).start()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
