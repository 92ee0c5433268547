"""One worker, as the rest of the sandbox knows it."""

import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from judge.sandbox.starting.cgroup import Group


@dataclass(slots=True, kw_only=True)
class Process:
    """One worker: where to talk to it, and how to end it.

    Attributes:
        pid: of the topmost process of its tree: its usage is measured from there down.
        supervised: that process isn't the worker itself, but stands above it.
        channel: stream socket for records. stdout, stderr: read ends of the captures.
        layers: what the worker is to confine itself with; None for trusted code.
        user_processes: what the worker's user runs besides, threads included.
        group: the cgroup that a learner's worker is to join, where there are any.
        finish: ends and reaps the whole tree, removes its scratch folder, and gives the worker's exit status
            (negative: a signal); called once. Its argument says whether the worker is about to end by itself,
            and only has to be waited for a moment.
        dismiss: tells the tree to end and doesn't wait, where that can be; `finish` is called afterwards.
    """

    pid: int
    channel: socket.socket
    stdout: int
    stderr: int
    scratch: Path
    finish: Callable[[bool], int]
    layers: tuple[str, ...] | None = ()
    user_processes: int = 0
    supervised: bool = False
    group: Group | None = None
    dismiss: Callable[[], None] = lambda: None
    status: int | None = field(default=None)

    def end(self, *, ending: bool = False) -> int:
        """Kill the whole tree, reap it, close everything; the exit status of the worker itself.

        Args:
            ending: its channel ended, so it probably ends by itself: wait for its own status a moment.
        """
        if self.status is None:
            self.status = self.finish(ending)
            if self.group is not None:
                self.group.remove()
            self.channel.close()
            os.close(self.stdout)
            os.close(self.stderr)
        return self.status


@dataclass(slots=True)
class Ends:
    """Both ends of a worker's channel and pipes."""

    mine: tuple[socket.socket, int, int]
    theirs: tuple[socket.socket, int, int]

    @classmethod
    def open(cls) -> "Ends":
        """A channel and two pipes.

        Raises:
            OSError: no more descriptors.
        """
        with contextlib.ExitStack() as undo:
            channel, its_channel = socket.socketpair()
            undo.callback(channel.close)
            undo.callback(its_channel.close)
            stdout, its_stdout = os.pipe()
            undo.callback(_close, (stdout, its_stdout))
            stderr, its_stderr = os.pipe()
            undo.pop_all()
        return cls((channel, stdout, stderr), (its_channel, its_stdout, its_stderr))

    def close_theirs(self) -> None:
        """Once the worker has them."""
        self.theirs[0].close()
        _close(self.theirs[1:])

    def close_mine(self) -> None:
        """When no worker came of it."""
        self.mine[0].close()
        _close(self.mine[1:])


def _close(descriptors: tuple[int, ...]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
