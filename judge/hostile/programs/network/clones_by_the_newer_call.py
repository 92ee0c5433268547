# verdicts: accepted runtime_error time_limit
# contained in: landlock namespaces
# looks for: breach processes
# run: more
"""Asks for new namespaces by clone and clone3."""

import os
import signal
import struct
import time
import ctypes

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    for name, fl in (
        ("newuser", 0x10000000),
        ("newpid", 0x20000000),
        ("newnet", 0x40000000),
        ("newns", 0x20000),
        ("newuser+newpid", 0x30000000),
        ("into cgroup", 0x200000000),
        ("untraced", 0x800000),
        ("parent", 0x8000),
    ):
        args = ctypes.create_string_buffer(
            struct.pack("<11Q", fl, 0, 0, 0, signal.SIGCHLD if fl != 0x8000 else 0, 0, 0, 0, 0, 0, 0)
        )
        ctypes.set_errno(0)
        r = libc.syscall(435, args, 88)
        if r == 0:
            time.sleep(60)
            os._exit(0)
        print("clone3", name, r, ctypes.get_errno())
        if r > 0 and name.startswith("new"):
            print("BREACH:", name)
        if fl < 2**32:
            r = libc.syscall(56, fl | signal.SIGCHLD, 0, 0, 0, 0)
            if r == 0:
                time.sleep(60)
                os._exit(0)
            print("clone", name, r)
            if r > 0 and name.startswith("new"):
                print("BREACH:", name)


def step(seed, x):
    attack()
    return good(seed, x)
