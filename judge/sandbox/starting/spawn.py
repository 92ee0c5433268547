"""Start each worker as a Python of its own: slower than forking, and works on every Unix."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

from judge.errors import SandboxFault
from judge.sandbox.limits.scratch_folder import RunFolder
from judge.sandbox.starting.launch import GRACE_SECONDS, NO_ISOLATION
from judge.sandbox.starting.numeric_settings import worker_environment
from judge.sandbox.starting.process import Ends, Process
from judge.sandbox.starting.zygote import worker_command
from judge.sandbox.talking.requests import WarmUp
from judge.worker.remove_folder import remove_tree

SLACK = 2048  # processes and threads that the user, and the workers beside this one, may start meanwhile


class SpawnLauncher:
    """No zygote, no supervisor, no walls: limits and a report that says so."""

    tier = "none"
    isolation = NO_ISOLATION

    def __init__(self) -> None:
        self._folder: RunFolder | None = None

    def begin(self) -> None:
        """There is nothing to begin."""

    def start(self) -> dict[str, str]:
        """Ask one Python for the versions; nothing stays running."""
        self._folder = self._folder or RunFolder()
        done = subprocess.run(
            worker_command("versions", "0"), env=worker_environment(), capture_output=True, check=False
        )
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise SandboxFault(f"a worker can't start: {lines[-1] if lines else 'it said nothing'}")
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def warm(self, warm_up: WarmUp) -> str | None:  # noqa: ARG002 - the form that launchers have
        """Nothing is made from anything here."""
        return None

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:  # noqa: ARG002 - all can be read
        """Start one worker."""
        self._folder = self._folder or RunFolder()
        ends, scratch = Ends.open(), self._folder.new()
        channel, stdout, stderr = ends.theirs
        environment = {**worker_environment(), "HOME": str(scratch), "TMPDIR": str(scratch)}
        try:
            started = subprocess.Popen(
                worker_command("worker", str(channel.fileno()), str(scratch)),
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
            remove_tree(str(scratch))
            raise SandboxFault(f"a worker can't start: {error}") from error
        finally:
            ends.close_theirs()

        def finish(ending: bool) -> int:  # noqa: FBT001 - the form that Process has
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(GRACE_SECONDS if ending else 0)
            kill_tree(started.pid)
            status = started.wait()
            remove_tree(str(scratch))
            return status

        channel, stdout, stderr = ends.mine
        return Process(
            pid=started.pid,
            channel=channel,
            stdout=stdout,
            stderr=stderr,
            scratch=scratch,
            finish=finish,
            layers=None if trusted else (),
            user_processes=user_processes(),
        )

    def close(self) -> None:
        """Nothing stays running between workers; only the run's folder is there to be removed."""
        if self._folder is not None:
            self._folder.remove()
        self._folder = None


def kill_tree(pid: int) -> None:
    """Kill a worker, its session and its descendants, as far as they can be found."""
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


def user_processes() -> int:
    """How many processes and threads this user runs, with room for what it starts meanwhile."""
    count = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.uids().real == os.getuid():
                count += process.num_threads()
    return count + SLACK
