# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: more
"""pidfd_getfd: a copy of another process's open file."""

import ctypes
import os

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PIDFD_GETFD = 438


def step(seed, x):
    for pid in (int("@BYSTANDER_PID@"), os.getppid(), int("@JUDGE_PID@")):
        try:
            descriptor = os.pidfd_open(pid)
        except OSError as error:
            print("refused:", error)
            continue
        for number in range(8):
            if libc.syscall(PIDFD_GETFD, descriptor, number, 0) >= 0:
                print("BREACH took descriptor", number, "of", pid)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
