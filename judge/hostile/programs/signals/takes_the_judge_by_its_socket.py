# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander processes breach
# run: quick
"""The channel's other end says who made it: its number, a descriptor of that process, and so a way to signal it."""

import ctypes
import os
import signal
import socket
import stat
import struct

import numpy as np

PEER_DESCRIPTOR, SEND_SIGNAL, GET_DESCRIPTOR, SET_NAMESPACE = 77, 424, 438, 308
libc = ctypes.CDLL(None, use_errno=True)


def sockets():
    for descriptor in range(3, 20):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield socket.socket(fileno=os.dup(descriptor))
        except OSError:
            continue


def step(seed, x):
    for line in sockets():
        pid = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, 17, 12))[0]
        for number in (signal.SIGSTOP, signal.SIGKILL) if pid > 1 and pid != os.getpid() else ():
            try:
                os.kill(pid, number)
                print("BREACH: a signal went to", pid)
            except OSError as error:
                print("refused:", error.strerror)
        try:
            peer = line.getsockopt(socket.SOL_SOCKET, PEER_DESCRIPTOR)
        except OSError as error:
            print("refused:", error.strerror)
            continue
        for number in (signal.SIGUSR1, signal.SIGSTOP, signal.SIGKILL):
            if libc.syscall(SEND_SIGNAL, peer, int(number), None, 0) == 0:
                print("BREACH: a signal went by descriptor")
        for wanted in range(10):
            if libc.syscall(GET_DESCRIPTOR, peer, wanted, 0) >= 0:
                print("BREACH: the judge's descriptor", wanted)
        if libc.setns(peer, 0x00020000) == 0:
            print("BREACH: the judge's namespaces")
        for request in range(0xFF01, 0xFF0B):
            if libc.ioctl(peer, ctypes.c_ulong(request), 0) >= 0:
                print("BREACH: a namespace of the judge's")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
