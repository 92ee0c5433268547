"""The trusted process that has imported everything and forks workers.

It has one thread, never starts the backend (a process forked after that hangs as soon as something
compiles), and never sees a submission, a case or an expected value: those go from the judge to the
forked child over a channel of their own, whose descriptor merely passes through here.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import flax
import jax
import jaxlib
import numpy as np
import optax

from . import serve

MESSAGE_LIMIT = 1 << 16
DESCRIPTORS = 3  # channel, stdout, stderr
CHANNEL = 3  # where the channel stands in a worker
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def versions() -> dict[str, str]:
    """Versions of all that a number depends on."""
    modules = {"jax": jax, "jaxlib": jaxlib, "flax": flax, "optax": optax, "numpy": np}
    found = {name: str(module.__version__) for name, module in modules.items()}
    return {"python": ".".join(map(str, sys.version_info[:3])), **found}


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies: forking is for Linux alone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def become_worker(descriptors: list[int], scratch: str) -> NoReturn:
    """In a fresh child: keep the channel, stdout and stderr, drop everything else, and serve."""
    status = 1
    try:
        die_with_parent()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        channel = take_descriptors(descriptors)
        os.chdir(scratch)
        os.environ.update(HOME=scratch, TMPDIR=scratch)
        serve.serve(channel, scratch)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def take_descriptors(descriptors: list[int]) -> socket.socket:
    """Put stdout and stderr in their places, /dev/null on stdin, and close all but the channel."""
    channel, stdout, stderr = descriptors
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (stdout, 1), (stderr, 2)):
        os.dup2(source, target)
    if channel != CHANNEL:
        os.dup2(channel, CHANNEL, inheritable=False)
    os.closerange(CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - likewise
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc] # so that print() after a restore lands there too
    return socket.socket(fileno=CHANNEL)


class Zygote:
    """Forks on request, keeps dead children until they are asked for, ends them all when the judge goes."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: set[int] = set()

    def run(self) -> None:
        """Answer requests until the judge closes its end."""
        self.reply({"ready": versions(), "threads": threading.active_count()})
        while True:
            message, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_LIMIT, DESCRIPTORS)
            if not message:
                break
            self.handle(json.loads(message), descriptors)
        for pid in self.children:
            end_session(pid)

    def handle(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """Fork a worker, or reap one."""
        if request["op"] == "fork":
            self.fork(descriptors, request["scratch"])
        else:
            _, status = os.waitpid(request["pid"], 0)
            self.children.discard(request["pid"])
            self.reply({"status": os.waitstatus_to_exitcode(status)})

    def fork(self, descriptors: list[int], scratch: str) -> None:
        """Start one worker and say its pid."""
        pid = os.fork()
        if pid == 0:
            become_worker(descriptors, scratch)
        for descriptor in descriptors:
            os.close(descriptor)
        self.children.add(pid)
        self.reply({"pid": pid})

    def reply(self, message: dict[str, Any]) -> None:
        """Send one message to the judge."""
        self.control.sendall(json.dumps(message).encode())


def end_session(pid: int) -> None:
    """Kill the session that this child leads."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def main(descriptor: int) -> None:
    """Become the zygote on this control descriptor, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    control = socket.socket(fileno=descriptor)
    gc.collect()
    gc.freeze()  # forked children then don't touch, and so don't copy, the pages of what was imported
    Zygote(control).run()
