"""The trusted process that has imported everything and forks workers.

It has one thread, never starts the backend (a process forked after that hangs as soon as something
compiles), and never sees a submission, a case or an expected value: those go from the judge to the
forked worker over a channel of their own, whose descriptor merely passes through here. Between the two
stands a supervisor for each worker (`supervise`), which outlives this process when it must.
"""

import gc
import json
import os
import select
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

from . import compile_private, serve
from .confine import readable_paths, walls
from .remove_folder import remove_tree
from .supervise import ChildSignal, adopt_orphans, children_of, reap, supervise
from .warm import told, warm_up

MESSAGE_LIMIT = 1 << 16
DESCRIPTORS = 4  # channel, stdout, stderr, life
CHANNEL = 3  # where the channel stands in a worker


def versions() -> dict[str, str]:
    """Versions of all that a number depends on."""
    modules = {"jax": jax, "jaxlib": jaxlib, "flax": flax, "optax": optax, "numpy": np}
    found = {name: str(module.__version__) for name, module in modules.items()}
    return {"python": ".".join(map(str, sys.version_info[:3])), **found}


def become_worker(descriptors: list[int], scratch: str, command: list[str] | None) -> NoReturn:
    """In a fresh child: keep the channel, stdout and stderr, drop everything else, and serve.

    Args:
        command: a program to become in place of serving here; the channel stays open in it.
    """
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        channel = take_descriptors(descriptors[:3])
        os.chdir(scratch)
        os.environ.update(HOME=scratch, TMPDIR=scratch)
        if command is not None:
            channel.set_inheritable(True)
            os.execve(command[0], command, os.environ)  # noqa: S606 - a command line that the judge made
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


def close_all(descriptors: list[int]) -> None:
    """Close every one of them."""
    for descriptor in descriptors:
        os.close(descriptor)


class Zygote:
    """Forks on request; ends when the judge does."""

    def __init__(self, control: socket.socket, folder: str) -> None:
        self.control = control
        self.folder = folder
        self.supervisors: set[int] = set()
        self.children = ChildSignal()

    def run(self) -> None:
        """Answer requests until the judge closes its end, then wait for the supervisors and tidy up."""
        self.reply({"ready": versions(), "threads": threading.active_count()})
        self.prepare()  # while the judge looks up what it knows of these versions
        while self.turn():
            pass
        while self.supervisors:  # they have seen the judge go, too
            self.wait_for_supervisors()
        remove_tree(self.folder)

    @staticmethod
    def prepare() -> None:
        """Have here already what workers would import and make, each for itself."""
        walls.preload()
        compile_private.preload()
        compile_private.reuse_contexts()
        sys.dont_write_bytecode = True  # our own may be; what learners import leaves no files
        gc.freeze()  # forked children then don't touch, and so don't copy, the pages of what was imported
        gc.enable()

    def turn(self) -> bool:
        """Wait for a request or for the end of a child; False when there will be no more requests."""
        ready, _, _ = select.select([self.control.fileno(), self.children.reader], [], [])
        if self.children.reader in ready:
            self.bury()
        if self.control.fileno() not in ready:
            return True
        message, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_LIMIT, DESCRIPTORS)
        if message:
            request = json.loads(message)
            if request["op"] == "warm":
                self.warm(request)
            else:
                self.fork(request, descriptors)
        return bool(message)

    def warm(self, request: dict[str, Any]) -> None:
        """Trace a problem's warm-up program, so that no worker has to; says how many threads there are."""
        error = None
        try:
            warm_up(request, abstract=True)
        except BaseException as failure:
            error = told(failure)
        gc.collect()
        gc.freeze()
        self.reply({"threads": len(os.listdir("/proc/self/task")), "error": error})  # noqa: PTH208 - a count

    def wait_for_supervisors(self) -> None:
        """Wait until one has ended."""
        select.select([self.children.reader], [], [])
        self.bury()

    def bury(self) -> None:
        """Reap what ended. Orphans come here only when a supervisor was killed: then they end, too."""
        self.children.clear()
        ended = dict(reap())
        if any(status != 0 or pid not in self.supervisors for pid, status in ended.items()):
            for pid in set(children_of(os.getpid())) - self.supervisors:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
        self.supervisors.difference_update(ended)

    def fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """Start one worker under a supervisor, and say the supervisor's pid."""
        try:
            pid = os.fork()
        except OSError as error:
            pid = -1
            self.reply({"error": f"no process could be forked: {error}"})
        if pid == 0:
            self.become_supervisor(request, descriptors)
        close_all(descriptors)
        if pid > 0:
            self.supervisors.add(pid)
            self.reply({"pid": pid})

    def become_supervisor(self, request: dict[str, Any], descriptors: list[int]) -> NoReturn:
        """In a fresh child: fork the worker and watch over it."""
        try:
            ChildSignal.leave()
            self.control.close()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the zygote's last words end with the zygote
            life = socket.socket(fileno=descriptors[3])
            scratch = request["scratch"]
            supervise(
                life,
                scratch,
                lambda: become_worker(descriptors, scratch, request["command"]),
                lambda: close_all(descriptors[:3]),
            )
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def reply(self, message: dict[str, Any]) -> None:
        """Send one message to the judge; where that is gone, the next look at its requests will tell."""
        with suppress(OSError):
            self.control.sendall(json.dumps(message).encode())


def main(descriptor: int, folder: str) -> None:
    """Become the zygote on this control descriptor, until its other end is closed.

    Args:
        folder: of all the run's scratch folders; to be removed in the end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    control = socket.socket(fileno=descriptor)
    adopt_orphans()
    readable_paths.forget_checkouts()
    Zygote(control, folder).run()
    os._exit(0)  # tearing down what was imported takes longer than all that is left to do
