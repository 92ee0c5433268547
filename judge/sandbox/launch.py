"""Start worker processes: forked from a zygote where the system can, spawned afresh elsewhere."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psutil

import judge
from judge.errors import SandboxFault
from judge.sandbox.environment import worker_environment

WORKER_FOLDER = Path(judge.__file__).parent / "worker"
MESSAGE_LIMIT = 1 << 16
END_SECONDS = 5.0  # how long a closed zygote may take before it is killed


@dataclass(slots=True, kw_only=True)
class Process:
    """One worker: where to talk to it, and how to end it.

    Attributes:
        channel: stream socket for records. stdout, stderr: read ends of the captures.
        wait: gives the exit status (negative: a signal) and reaps; call it once, after `kill`.
    """

    pid: int
    channel: socket.socket
    stdout: int
    stderr: int
    scratch: Path
    wait: Callable[[], int]
    status: int | None = field(default=None)

    def end(self) -> int:
        """Kill the whole tree, reap it, close everything; the exit status of the worker itself."""
        if self.status is None:
            kill_tree(self.pid)
            self.status = self.wait()
            self.channel.close()
            os.close(self.stdout)
            os.close(self.stderr)
            shutil.rmtree(self.scratch, ignore_errors=True)
        return self.status


class Launcher(Protocol):
    """What a tier has to offer."""

    tier: str

    def start(self) -> dict[str, str]:
        """Get ready; the versions of Python and of the packages that workers run with."""

    def launch(self) -> Process:
        """One fresh worker. Raises SandboxFault when there is none to be had."""

    def close(self) -> None:
        """End everything that was started."""


def kill_tree(pid: int) -> None:
    """Kill a worker, its session and its descendants."""
    descendants: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        descendants = psutil.Process(pid).children(recursive=True)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for process in descendants:
        with contextlib.suppress(psutil.Error):
            process.kill()


@dataclass(slots=True)
class _Ends:
    """Both ends of a worker's channel and pipes."""

    mine: tuple[socket.socket, int, int]
    theirs: tuple[socket.socket, int, int]

    @classmethod
    def open(cls) -> "_Ends":
        channel, its_channel = socket.socketpair()
        stdout, its_stdout = os.pipe()
        stderr, its_stderr = os.pipe()
        return cls((channel, stdout, stderr), (its_channel, its_stdout, its_stderr))

    def close_theirs(self) -> None:
        channel, stdout, stderr = self.theirs
        channel.close()
        os.close(stdout)
        os.close(stderr)

    def close_mine(self) -> None:
        channel, stdout, stderr = self.mine
        channel.close()
        os.close(stdout)
        os.close(stderr)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-I", "-B", str(WORKER_FOLDER), *arguments]


def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="judge-worker-"))


class ZygoteLauncher:
    """Forks each worker from one process that has imported everything already. Linux only."""

    tier = "none"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._versions: dict[str, str] = {}
        self._closed = False

    def start(self) -> dict[str, str]:
        """Start the zygote unless it lives."""
        with self._lock:
            return self._start()

    def _start(self) -> dict[str, str]:
        if self._zygote is not None and self._zygote.poll() is None:
            return self._versions
        self._close()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._zygote = subprocess.Popen(
                _command("zygote", str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                env=worker_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                start_new_session=True,  # Ctrl-C reaches the judge alone, which then ends the rest in order
            )
        hello = self._reply()
        if hello.get("threads") != 1:
            raise SandboxFault(f"the zygote has {hello.get('threads')} threads and can't be forked safely")
        self._versions = hello["ready"]
        return self._versions

    def launch(self) -> Process:
        """Fork one worker; a zygote that has died is started anew, once."""
        with self._lock:
            if self._closed:
                raise SandboxFault("the run is being ended")
            try:
                self._start()
                return self._fork()
            except (OSError, SandboxFault):
                self._close()
                self._start()
                return self._fork()

    def _fork(self) -> Process:
        ends, scratch = _Ends.open(), _scratch()
        channel, stdout, stderr = ends.theirs
        try:
            self._send({"op": "fork", "scratch": str(scratch)}, [channel.fileno(), stdout, stderr])
            pid = int(self._reply()["pid"])
        except BaseException:
            ends.close_mine()
            scratch.rmdir()
            raise
        finally:
            ends.close_theirs()
        channel, stdout, stderr = ends.mine
        return Process(
            pid=pid,
            channel=channel,
            stdout=stdout,
            stderr=stderr,
            scratch=scratch,
            wait=lambda: self._reap(pid),
        )

    def _reap(self, pid: int) -> int:
        with self._lock:
            try:
                self._send({"op": "reap", "pid": pid}, [])
                return int(self._reply()["status"])
            except (OSError, SandboxFault):
                return -signal.SIGKILL  # the zygote died, and its children with it

    def _send(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if self._control is None:
            raise SandboxFault("the zygote isn't running")
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)

    def _reply(self) -> dict[str, Any]:
        message = self._control.recv(MESSAGE_LIMIT) if self._control else b""
        if not message:
            raise SandboxFault(f"the zygote ended: {self._last_words()}")
        reply: dict[str, Any] = json.loads(message)
        return reply

    def _last_words(self) -> str:
        if self._zygote is None or self._zygote.stderr is None:
            return "it was not running"
        lines = self._zygote.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self) -> None:
        """End the zygote, and with it all of its workers."""
        with self._lock:
            self._closed = True
            self._close()

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._zygote is not None:
            try:
                self._zygote.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                self._zygote.wait()
            if self._zygote.stderr is not None:
                self._zygote.stderr.close()
        self._zygote = self._control = None


class SpawnLauncher:
    """Starts each worker as a Python of its own: slower, and works wherever there are Unix descriptors."""

    tier = "none"

    def start(self) -> dict[str, str]:
        """Ask one Python for the versions; nothing stays running."""
        done = subprocess.run(
            _command("versions", "0"), env=worker_environment(), capture_output=True, check=False
        )
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise SandboxFault(f"a worker can't start: {lines[-1] if lines else 'it said nothing'}")
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def launch(self) -> Process:
        """Start one worker."""
        ends, scratch = _Ends.open(), _scratch()
        channel, stdout, stderr = ends.theirs
        environment = {**worker_environment(), "HOME": str(scratch), "TMPDIR": str(scratch)}
        try:
            started = subprocess.Popen(
                _command("worker", str(channel.fileno()), str(scratch)),
                pass_fds=[channel.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=scratch,
                start_new_session=True,
            )
        except OSError as error:
            ends.close_mine()
            scratch.rmdir()
            raise SandboxFault(f"a worker can't start: {error}") from error
        finally:
            ends.close_theirs()
        channel, stdout, stderr = ends.mine
        return Process(
            pid=started.pid, channel=channel, stdout=stdout, stderr=stderr, scratch=scratch, wait=started.wait
        )

    def close(self) -> None:
        """Nothing stays running between workers."""


def default_launcher() -> Launcher:
    """The fastest way to start workers that this system has."""
    return ZygoteLauncher() if sys.platform == "linux" else SpawnLauncher()
