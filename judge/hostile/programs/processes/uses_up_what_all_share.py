# verdicts: accepted runtime_error time_limit
# contained in: landlock namespaces
# looks for: bystander processes memory time
# run: quick
"""Asynchronous requests, timers, queued signals and watches: limits that the whole machine or its user has once."""

import ctypes
import os
import platform
import select
import signal

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
IO_SETUP = {"x86_64": 206, "aarch64": 0}.get(platform.machine(), -1)


def step(seed, x):
    got = 0
    for _ in range(64):
        context = ctypes.c_ulong(0)
        got += libc.syscall(IO_SETUP, 2048, ctypes.byref(context)) == 0
    timers = 0
    while timers < 50_000 and libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) == 0:
        timers += 1
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
    queued = 0
    while queued < 50_000 and libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), None) == 0:
        queued += 1
    polls = [select.epoll() for _ in range(50)]
    for poll in polls:
        for other in polls:
            try:
                poll.register(other.fileno(), select.EPOLLIN)
            except OSError:
                continue
    print(got, "contexts,", timers, "timers,", queued, "signals")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
