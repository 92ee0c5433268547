"""Start worker processes by forking them from a zygote."""

import contextlib
import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from judge.errors import SandboxFault
from judge.sandbox.starting.cgroup import Groups
from judge.sandbox.starting.process import Ends, Process
from judge.sandbox.starting.zygote import Zygote
from judge.sandbox.talking.requests import WarmUp
from judge.worker.remove_folder import remove_tree

SIGNALLED = 128  # a program that stands for another one adds this to the number of the signal that ended it
GRACE_SECONDS = 0.5  # that a worker whose channel ended has to end by itself, so that its status is known
END_SECONDS = 10.0  # how long a tree may take to end before it is given up
WORDS_BYTES = 1 << 12  # of what a supervisor says in the end

NO_ISOLATION: Mapping[str, Any] = {
    "tier": "none",
    "landlock_abi": None,
    "network": "open",
    "memory": "watchdog",
}


class Launcher(Protocol):
    """What a tier has to offer.

    `isolation` is what reports say of it: "tier", "landlock_abi", "network" ("blocked" or "open") and
    "memory" ("cgroup" or "watchdog").
    """

    tier: str
    isolation: Mapping[str, Any]

    def begin(self) -> None:
        """Begin to get ready, without waiting for it."""

    def start(self) -> dict[str, str]:
        """Get ready; the versions of Python and of the packages that workers run with."""

    def warm(self, warm_up: WarmUp) -> str | None:
        """Have what workers are made from go through a program, where they are made from anything.

        Returns:
            Why that was no good, None when it was. Nothing is the worse for it.
        """

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        """One fresh worker.

        Args:
            trusted: it isn't confined. readable: folders that it is to read besides Python's own.

        Raises:
            SandboxFault: there is none to be had.
        """

    def close(self) -> None:
        """End everything that was started."""


Wrap = Callable[[Path, Sequence[Path]], list[str]]  # scratch, readable → the program that a worker becomes


class ZygoteLauncher:
    """Forks each worker from one process that has imported everything already. Linux only.

    Args:
        layers: what learners' workers are to confine themselves with.
        wrap: for tiers that put a worker into a program of its own.
        user_processes: what this user runs besides, where workers stay this user's.
        groups: where learners' workers get a cgroup each.
        zygote: one that may be on its way already; closed with this.
    """

    def __init__(
        self,
        isolation: Mapping[str, Any] = NO_ISOLATION,
        layers: tuple[str, ...] = (),
        *,
        wrap: Wrap | None = None,
        user_processes: int = 0,
        groups: Groups | None = None,
        zygote: Zygote | None = None,
    ) -> None:
        self.tier: str = isolation["tier"]
        self.isolation = isolation
        self._layers = layers
        self._wrap = wrap
        self._user_processes = user_processes
        self._groups = groups
        self._lock = threading.Lock()
        self.zygote = zygote or Zygote()
        self._lives: set[socket.socket] = set()
        self._closed = False

    def begin(self) -> None:
        """Start the zygote, which takes a second to import everything, while something else is done."""
        with self._lock:
            self.zygote.begin()

    def start(self) -> dict[str, str]:
        """Start the zygote unless it lives."""
        with self._lock:
            return self.zygote.insist(self.zygote.start)

    def warm(self, warm_up: WarmUp) -> str | None:
        """Have the zygote trace a program, so that no worker has to; why that was no good."""
        with self._lock:
            return self.zygote.warm(warm_up)

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        """Fork one worker."""
        with self._lock:
            if self._closed:
                raise SandboxFault("the run is being ended")
            return self.zygote.insist(lambda: self._fork(readable, trusted=trusted))

    def _fork(self, readable: Sequence[Path], *, trusted: bool) -> Process:
        self.zygote.start()
        if self.zygote.folder is None:
            raise SandboxFault("there is no folder for the run")
        ends, scratch = Ends.open(), self.zygote.folder.new()
        life, its_life = socket.socketpair()
        channel, stdout, stderr = ends.theirs
        command = None if trusted or self._wrap is None else self._wrap(scratch, readable)
        request = {"op": "fork", "scratch": str(scratch), "command": command}
        try:
            pid = self._forked(
                self.zygote.ask(request, [channel.fileno(), stdout, stderr, its_life.fileno()])
            )
        except BaseException:
            ends.close_mine()
            life.close()
            remove_tree(str(scratch))
            raise
        finally:
            ends.close_theirs()
            its_life.close()
        self._lives.add(life)
        channel, stdout, stderr = ends.mine
        return Process(
            pid=pid,
            channel=channel,
            stdout=stdout,
            stderr=stderr,
            scratch=scratch,
            finish=lambda ending: self._finish(life, scratch, ending=ending),
            dismiss=lambda: _part(life),
            layers=None if trusted else self._layers,
            user_processes=self._user_processes,
            supervised=True,
            group=None if trusted or self._groups is None else self._groups.new(),
        )

    @staticmethod
    def _forked(reply: Mapping[str, Any]) -> int:
        if "pid" not in reply:
            raise SandboxFault(str(reply.get("error", "the zygote gave no process")))
        return int(reply["pid"])

    def _finish(self, life: socket.socket, scratch: Path, *, ending: bool) -> int:
        """Have the supervisor end all and tidy up; where it was killed, kernel and zygote ended the rest."""
        status = farewell(life, ending=ending)
        with self._lock:
            self._lives.discard(life)
        life.close()
        remove_tree(str(scratch))
        if status is None:
            return -signal.SIGKILL
        by_signal = self._wrap is not None and status > SIGNALLED
        return SIGNALLED - status if by_signal else status

    def close(self) -> None:
        """End all workers, then the zygote, and remove the run's folder."""
        with uninterrupted(), self._lock:
            self._closed = True
            for life in self._lives:
                _part(life)
            self.zygote.end()


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """End things in order, whoever presses Ctrl-C once more."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)


def _part(life: socket.socket) -> None:
    """Tell a supervisor to end all that it has below it."""
    with contextlib.suppress(OSError):  # it has ended already
        life.shutdown(socket.SHUT_WR)


def farewell(life: socket.socket, *, ending: bool) -> int | None:
    """Tell a supervisor to end, and wait until it has; the worker's exit status, None when it couldn't say.

    Args:
        ending: the worker seems to end by itself, of which its supervisor tells unasked: wait for that first.
    """
    with contextlib.suppress(OSError, ValueError, KeyError):
        said = _said(life, GRACE_SECONDS) if ending else None
        if said is None:
            _part(life)
            said = _said(life, END_SECONDS)
        return int(json.loads(said or b"")["status"])
    return None


def _said(life: socket.socket, seconds: float) -> bytes | None:
    """All that comes until the other end closes, None when it doesn't in time."""
    life.settimeout(seconds)
    said = b""
    try:
        while part := life.recv(WORDS_BYTES):
            said += part
    except TimeoutError:
        return None
    return said
