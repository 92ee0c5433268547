"""Start worker processes by forking them from a zygote."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import judge
from judge.errors import SandboxFault
from judge.sandbox.cgroup import Groups
from judge.sandbox.environment import worker_environment
from judge.sandbox.process import Ends, Process
from judge.sandbox.questions import WarmUp
from judge.sandbox.scratch import RunFolder
from judge.worker.trees import remove_tree

WORKER_FOLDER = Path(judge.__file__).parent / "worker"
MESSAGE_LIMIT = 1 << 16
SIGNALLED = 128  # a program that stands for another one adds this to the number of the signal that ended it
GRACE_SECONDS = 0.5  # that a worker whose channel ended has to end by itself, so that its status is known
END_SECONDS = 10.0  # how long a zygote or a tree may take to end before it is given up
START_SECONDS = 60.0  # how long a zygote may take to import everything, on a busy machine
FORK_SECONDS = 20.0  # and to fork
TRIES = 3  # how often a zygote is started where it is killed, or stopped, again and again

T = TypeVar("T")

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

    def start(self) -> dict[str, str]:
        """Get ready; the versions of Python and of the packages that workers run with."""

    def warm(self, warm_up: WarmUp) -> None:
        """Have what workers are made from go through a program, where they are made from anything."""

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        """One fresh worker.

        Args:
            trusted: it isn't confined. readable: folders that it is to read besides Python's own.

        Raises:
            SandboxFault: there is none to be had.
        """

    def close(self) -> None:
        """End everything that was started."""


def worker_command(*arguments: str) -> list[str]:
    """The command line that starts a Python inside of the wall, in a role."""
    return [sys.executable, "-I", "-B", str(WORKER_FOLDER), *arguments]


Wrap = Callable[[Path, Sequence[Path]], list[str]]  # scratch, readable → the program that a worker becomes


class ZygoteLauncher:
    """Forks each worker from one process that has imported everything already. Linux only.

    Args:
        layers: what learners' workers are to confine themselves with.
        wrap: for tiers that put a worker into a program of its own.
        user_processes: what this user runs besides, where workers stay this user's.
        groups: where learners' workers get a cgroup each.
    """

    def __init__(
        self,
        isolation: Mapping[str, Any] = NO_ISOLATION,
        layers: tuple[str, ...] = (),
        wrap: Wrap | None = None,
        user_processes: int = 0,
        groups: Groups | None = None,
    ) -> None:
        self.tier: str = isolation["tier"]
        self.isolation = isolation
        self._layers = layers
        self._wrap = wrap
        self._user_processes = user_processes
        self._groups = groups
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: RunFolder | None = None
        self._versions: dict[str, str] = {}
        self._warm_ups: list[WarmUp] = []
        self._lives: set[socket.socket] = set()
        self._closed = False

    def start(self) -> dict[str, str]:
        """Start the zygote unless it lives."""
        with self._lock:
            return self._insist(self._start)

    def _insist(self, what: Callable[[], T]) -> T:
        """Do what needs the zygote; one that dies over it, or says nothing, is started anew some times."""
        for _ in range(TRIES - 1):
            with contextlib.suppress(OSError, SandboxFault):
                return what()
            self._close_zygote()
        return what()

    def _start(self) -> dict[str, str]:
        if self._zygote is not None and self._zygote.poll() is None:
            return self._versions
        self._close_zygote()
        if self._folder is None:
            self._folder = RunFolder()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._zygote = subprocess.Popen(
                worker_command("zygote", str(theirs.fileno()), str(self._folder.path)),
                pass_fds=[theirs.fileno()],
                env=worker_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                start_new_session=True,  # Ctrl-C reaches the judge alone, which then ends the rest in order
            )
        hello = self._reply(START_SECONDS)
        if hello.get("threads") != 1:
            raise SandboxFault(f"the zygote has {hello.get('threads')} threads and can't be forked safely")
        self._versions = hello["ready"]
        for warm_up in self._warm_ups:
            self._warm(warm_up)
        return self._versions

    def warm(self, warm_up: WarmUp) -> None:
        """Have the zygote trace a program, so that no worker has to; not one that makes threads."""
        with self._lock:
            self._start()
            if warm_up not in self._warm_ups and self._warm(warm_up):
                self._warm_ups.append(warm_up)

    def _warm(self, warm_up: WarmUp) -> bool:
        message = {"op": "warm", **warm_up.plain}
        if len(json.dumps(message)) > MESSAGE_LIMIT:  # workers that have time go through it all the same
            return False
        self._send(message, [])
        if self._reply().get("threads") == 1:
            return True
        self._close_zygote()  # it can't be forked safely any longer
        return False

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        """Fork one worker."""
        with self._lock:
            if self._closed:
                raise SandboxFault("the run is being ended")
            return self._insist(lambda: self._fork(readable, trusted=trusted))

    def _fork(self, readable: Sequence[Path], *, trusted: bool) -> Process:
        self._start()
        if self._folder is None:
            raise SandboxFault("there is no folder for the run")
        ends, scratch = Ends.open(), self._folder.new()
        life, its_life = socket.socketpair()
        channel, stdout, stderr = ends.theirs
        command = None if trusted or self._wrap is None else self._wrap(scratch, readable)
        request = {"op": "fork", "scratch": str(scratch), "command": command}
        try:
            self._send(request, [channel.fileno(), stdout, stderr, its_life.fileno()])
            pid = self._forked(self._reply(FORK_SECONDS))
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

    def _send(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if self._control is None:
            raise SandboxFault("the zygote isn't running")
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)

    def _reply(self, seconds: float) -> dict[str, Any]:
        message = b""
        if self._control is not None:
            self._control.settimeout(seconds)
            try:
                message = self._control.recv(MESSAGE_LIMIT)
            except TimeoutError:
                raise SandboxFault(f"the zygote gave no answer in {seconds:g} s") from None
        if not message:
            raise SandboxFault(f"the zygote ended: {self._last_words()}")
        reply: dict[str, Any] = json.loads(message)
        return reply

    def _last_words(self) -> str:
        if self._zygote is None or self._zygote.stderr is None:
            return "it was not running"
        self._zygote.kill()  # it closed its end, and so is as good as gone: its stderr must end, too
        lines = self._zygote.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self) -> None:
        """End all workers, then the zygote, and remove the run's folder."""
        with self._lock:
            self._closed = True
            for life in self._lives:
                with contextlib.suppress(OSError):
                    life.shutdown(socket.SHUT_WR)
            self._close_zygote()
            if self._folder is not None:
                self._folder.remove()
            self._folder = None

    def _close_zygote(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._zygote is not None:
            try:
                self._zygote.wait(END_SECONDS if self._closed else 0.5)
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                self._zygote.wait()
            if self._zygote.stderr is not None:
                self._zygote.stderr.close()
        self._zygote = self._control = None


def farewell(life: socket.socket, *, ending: bool) -> int | None:
    """Tell a supervisor to end, and wait until it has; the worker's exit status, None when it couldn't say.

    Args:
        ending: the worker seems to end by itself, of which its supervisor tells unasked: wait for that first.
    """
    with contextlib.suppress(OSError, ValueError, KeyError):
        said = _said(life, GRACE_SECONDS) if ending else None
        if said is None:
            life.shutdown(socket.SHUT_WR)
            said = _said(life, END_SECONDS)
        return int(json.loads(said or b"")["status"])
    return None


def _said(life: socket.socket, seconds: float) -> bytes | None:
    """All that comes until the other end closes, None when it doesn't in time."""
    life.settimeout(seconds)
    said = b""
    try:
        while part := life.recv(MESSAGE_LIMIT):
            said += part
    except TimeoutError:
        return None
    return said
