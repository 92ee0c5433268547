# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: quick
"""Ends, stops and interrupts another process of the judge's user, by every call that can."""

import ctypes
import os
import signal

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PID = int("@BYSTANDER_PID@")
WAYS = {
    "kill": lambda: os.kill(PID, signal.SIGSTOP),
    "tgkill": lambda: _call(234, PID, PID, signal.SIGTERM),
    "tkill": lambda: _call(200, PID, signal.SIGTERM),
    "rt_sigqueueinfo": lambda: _call(129, PID, signal.SIGTERM, ctypes.create_string_buffer(128)),
    "killpg": lambda: os.killpg(PID, signal.SIGTERM),
    "pidfd_send_signal": lambda: signal.pidfd_send_signal(os.pidfd_open(PID), signal.SIGKILL),
}


def _call(number, *arguments):
    if libc.syscall(number, *arguments) != 0:
        raise OSError(ctypes.get_errno(), "syscall")


def step(seed, x):
    for name, way in WAYS.items():
        try:
            way()
            print("BREACH", name)
        except OSError as error:
            print("refused:", name, error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
