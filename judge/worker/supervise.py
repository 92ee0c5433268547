"""One small trusted process above each worker: it ends and reaps the worker's whole tree, and tidies up.

It is forked from the zygote, forks the worker, and holds one end of a socket whose other end the judge has.
When that is closed (because the judge is done with the worker, or is gone), or when the worker ends by
itself, everything below is killed, whatever sessions and parents it gave itself: orphans fall to the nearest
subreaper, which is this process. It runs no learner's code and never changes its user, so that the worker
can't reach it.
"""

import ctypes
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from .remove_folder import remove_tree

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>
PAUSE = 0.002  # seconds between two looks at a dying tree; doubles up to:
LONGEST_PAUSE = 0.05


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; a change of user undoes it."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was dead already
        os._exit(1)


class ChildSignal:
    """A descriptor that becomes readable when a child ends."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def clear(self) -> None:
        """Forget what was said so far."""
        with suppress(BlockingIOError):
            os.read(self.reader, 4096)

    @staticmethod
    def leave() -> None:
        """In a forked child: have nothing to do with it."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def supervise(
    life: socket.socket, scratch: str, work: Callable[[], NoReturn], close: Callable[[], None]
) -> NoReturn:
    """Fork a process that does `work`, watch over it, say how it ended, and never return.

    Args:
        life: when its other end is closed, everything is to end.
        close: gives up the descriptors that are the worker's alone.
    """
    os.setsid()
    adopt_orphans()
    children = ChildSignal()
    own = os.getpid()
    worker = os.fork()
    if worker == 0:
        ChildSignal.leave()
        die_with(own)
        life.close()
        os.close(children.reader)
        work()
    close()
    status = _wait(worker, life, children)
    status = end_all(worker, status)
    remove_tree(scratch)
    with suppress(OSError):  # nobody may be left to be told
        life.sendall(json.dumps({"status": status}).encode())
    os._exit(0)


def _wait(worker: int, life: socket.socket, children: ChildSignal) -> int | None:
    """Reap what ends, until the worker does (its status) or the judge has enough of it (None)."""
    while True:
        ready, _, _ = select.select([children.reader, life.fileno()], [], [])
        children.clear()
        ended = dict(reap())
        if worker in ended:
            return ended[worker]
        if life.fileno() in ready:
            return None


def reap() -> list[tuple[int, int]]:
    """All children that have ended, with their exit statuses (negative: a signal)."""
    found = []
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found.append((ended[0], os.waitstatus_to_exitcode(ended[1])))
    return found


def end_all(worker: int, status: int | None) -> int:
    """Kill and reap everything below this process; the worker's exit status."""
    pause = PAUSE
    while True:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker, signal.SIGKILL)  # at once, before anything in there could fork again
        for pid in children_of(os.getpid()):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            ended = dict(reap())
            status = ended.get(worker, status)
        if not has_children():
            return -signal.SIGKILL if status is None else status
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def has_children() -> bool:
    """Whether this process has any child, dead or alive."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def children_of(parent: int) -> list[int]:
    """The processes with this parent."""
    names = os.listdir("/proc")  # noqa: PTH208 - thousands of names, no objects
    return [int(name) for name in names if name.isdigit() and parent_of(int(name)) == parent]


def parent_of(pid: int) -> int | None:
    """The parent of a process, None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - as above
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None
