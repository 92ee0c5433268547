# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: quick
"""A ring does what system calls do, past a filter of system calls."""

import ctypes

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def step(seed, x):
    parameters = ctypes.create_string_buffer(120)
    for number in (425, 426, 427):  # io_uring_setup, _enter, _register
        if libc.syscall(number, 4, parameters, 0, 0, 0, 0) >= 0:
            print("BREACH io_uring", number)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
