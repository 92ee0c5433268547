"""The zygote comes to grief at every moment: nothing hangs, and nobody but it is the worse for it."""

import errno
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from judge.errors import SandboxFault
from judge.evidence import StopReason
from judge.sandbox.starting import launch, zygote
from judge.sandbox.starting.launch import ZygoteLauncher
from judge.sandbox.starting.tiers import default_launcher
from sandbox.programs import numbers, one


@pytest.fixture
def launcher() -> Iterator[ZygoteLauncher]:
    made = default_launcher("none")
    assert isinstance(made, ZygoteLauncher)
    yield made
    made.close()


def pid_of(launcher: ZygoteLauncher) -> int:
    assert launcher.zygote.process is not None
    return launcher.zygote.process.pid


def killing(launcher: ZygoteLauncher, times: int) -> threading.Thread:
    """Kills so many zygotes of a launcher, each as soon as it is there."""

    def kill() -> None:
        killed: set[int] = set()
        stop = time.monotonic() + 60
        while len(killed) < times and time.monotonic() < stop:
            process = launcher.zygote.process
            if process is not None and process.pid not in killed:
                killed.add(process.pid)
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            time.sleep(0.01)

    started = threading.Thread(target=kill)
    started.start()
    return started


@pytest.mark.more
def test_a_zygote_that_is_killed_while_it_starts_is_started_anew(launcher: ZygoteLauncher) -> None:
    killer = killing(launcher, 1)
    assert "jax" in launcher.start()
    killer.join()
    assert numbers(one(launcher, "return np.ones(1)")) == [1.0]


def test_a_zygote_that_is_killed_again_and_again_is_given_up(launcher: ZygoteLauncher) -> None:
    killer = killing(launcher, zygote.TRIES)
    with pytest.raises((SandboxFault, OSError)):
        launcher.start()
    killer.join()


def test_a_zygote_that_is_gone_is_started_anew(launcher: ZygoteLauncher) -> None:
    launcher.start()
    assert launcher.zygote.process is not None
    launcher.zygote.process.kill()
    launcher.zygote.process.wait()
    assert numbers(one(launcher, "return np.ones(1)")) == [1.0]


@pytest.mark.more
def test_a_zygote_that_answers_nothing_is_ended_and_started_anew(
    launcher: ZygoteLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher.start()
    stopped = pid_of(launcher)
    os.kill(stopped, signal.SIGSTOP)
    monkeypatch.setattr(zygote, "ANSWER_SECONDS", 0.5)
    began = time.monotonic()
    process = launcher.launch()
    process.end()
    assert time.monotonic() - began < 30
    assert pid_of(launcher) != stopped
    assert not psutil.pid_exists(stopped)


@pytest.mark.more
def test_a_worker_whose_supervisor_is_killed_is_told_as_ended(launcher: ZygoteLauncher) -> None:
    launcher.start()
    found = one(launcher, "os.kill(os.getppid(), 9)\ntime.sleep(60)")
    assert found.stop is not None
    assert found.stop.reason is StopReason.SIGNAL


@pytest.mark.more
def test_a_launch_that_fails_once_spoils_nothing(
    launcher: ZygoteLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher.start()
    really, failed = launch.Ends.open, []

    def opened() -> launch.Ends:
        if not failed:
            failed.append(1)
            raise OSError(errno.EMFILE, "Too many open files")
        return really()

    monkeypatch.setattr(launch.Ends, "open", opened)
    assert numbers(one(launcher, "return np.ones(1)")) == [1.0]
    assert failed
