# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: quick
"""PTRACE_ATTACH and PTRACE_SEIZE on another process, and on the parent."""

import ctypes
import os

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206


def step(seed, x):
    for pid in (int("@BYSTANDER_PID@"), os.getppid(), int("@JUDGE_PID@")):
        for request in (PTRACE_SEIZE, PTRACE_ATTACH):
            if libc.ptrace(request, pid, None, None) == 0:
                print("BREACH traces", pid)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
