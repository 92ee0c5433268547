import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from reporters.reports import report
from toys import Heard

from commands.exercises import make_files
from judge.commands.parts.start_early import begun, closed_on_failure, judged
from judge.commands.run import Asked, plan
from judge.errors import UsageError
from judge.run.intake import RunRequest
from judge.run.runner import Interrupted
from judge.sandbox.starting.launch import ZygoteLauncher


class Closing:
    """Something that knows whether it was closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_workers_are_on_their_way_when_nothing_has_been_read_yet():
    launcher = begun("none")
    assert isinstance(launcher, ZygoteLauncher)
    process = launcher.zygote.process
    assert process is not None
    assert psutil.pid_exists(process.pid)
    launcher.close()
    assert not psutil.pid_exists(process.pid)


def test_a_tier_that_is_not_here_begins_nothing_and_is_told_by_who_plans_the_run():
    assert begun("elsewhere") is None


def test_where_no_folder_can_be_made_it_is_told_by_who_needs_it(monkeypatch: pytest.MonkeyPatch):
    def none() -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr("judge.sandbox.limits.scratch_folder.scratch_base", none)
    launcher = begun("none")
    assert launcher is not None
    launcher.close()


@pytest.mark.parametrize("error", [UsageError("wrong"), KeyboardInterrupt()])
def test_what_goes_wrong_closes_what_has_begun(error: BaseException):
    launcher = Closing()
    with pytest.raises(type(error)), closed_on_failure(launcher):
        raise error
    assert launcher.closed == 1
    with pytest.raises(type(error)), closed_on_failure(None):
        raise error


def test_what_goes_well_leaves_it_to_the_run():
    launcher = Closing()
    with closed_on_failure(launcher):
        pass
    assert launcher.closed == 0


@pytest.fixture
def request_of_one(root: Path) -> RunRequest:
    make_files(root, "submissions/demo/ada.py")
    return plan(Asked(), None, None, [].append).request


def test_a_run_that_is_interrupted_has_the_report_of_what_was_finished(request_of_one: RunRequest):
    partial = report(complete=False)

    def interrupted(_request: RunRequest, _watcher: object) -> None:
        raise Interrupted(partial)

    assert judged(request_of_one, Heard(), None, interrupted) is partial


def test_one_that_is_interrupted_before_anything_has_an_empty_report(request_of_one: RunRequest):
    def interrupted(_request: RunRequest, _watcher: object) -> None:
        raise KeyboardInterrupt

    found = judged(request_of_one, Heard(), None, interrupted)
    assert (len(found.results), found.complete, found.exit_code) == (0, False, 130)


def zygote_of(pid: int) -> tuple[psutil.Process, Path]:
    """The zygote of a judge, once it is there, and the folder of the run."""
    stop = time.monotonic() + 30
    while time.monotonic() < stop and psutil.pid_exists(pid):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                if "zygote" in (command := process.cmdline()):
                    return process, Path(command[-1])
        time.sleep(0.005)
    raise AssertionError("there was none to be left behind")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--case", "nothing"], 2),
        pytest.param(["--report", "nonsense"], 2, marks=pytest.mark.more),
        (["--isolation", "none", "--require-isolation", "landlock"], 4),
    ],
)
def test_wrong_usage_leaves_no_zygote_behind_and_no_folder(root: Path, arguments: list[str], code: int):
    command = [sys.executable, "-m", "judge", "run", "-", *arguments]  # what it reads, it waits for
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        zygote, folder = zygote_of(started.pid)
        assert folder.is_dir()
        _, said = started.communicate(b"")
    assert (started.returncode, said[:7]) == (code, b"error: ")
    assert not zygote.is_running()
    assert not folder.exists()
