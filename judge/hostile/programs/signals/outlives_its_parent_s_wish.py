# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: processes time bystander
# run: quick
"""Takes back that it dies with its parent, adopts orphans, stops SIGTERM and SIGCHLD, and goes on working."""

import ctypes
import hashlib
import signal
import threading

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PDEATHSIG, SUBREAPER, TIMERSLACK, PTRACER = 1, 36, 29, 0x59616D61


def work():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 200_000)


def step(seed, x):
    for option, value in ((PDEATHSIG, 0), (PDEATHSIG, signal.SIGCONT), (SUBREAPER, 1), (TIMERSLACK, 1 << 40), (PTRACER, -1)):
        libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)
    for number in set(range(1, 65)) - {9, 19, 32, 33}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    threading.Thread(target=work, daemon=True).start()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
