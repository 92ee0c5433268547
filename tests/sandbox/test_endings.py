"""Nobody waits for workers that end; but nothing is left of one submission when its thread begins another."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from judge.sandbox.case_run import CaseRun
from judge.sandbox.endings import Endings
from judge.sandbox.limits.submission_total import Allowance
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.process import Process
from tests.sandbox.programs import LIMITS, call, numbers, step
from tests.toys import Kept

BODY = step("return np.array([2 * seed])")
CASES = (call("a", 1.0), call("h", 2.0, hidden=True))


class Lingering(Kept):
    """Its workers are only gone when it is said that they may."""

    def __init__(self, launcher: Launcher) -> None:
        super().__init__(launcher)
        self.may_go = threading.Event()
        self.made: list[Process] = []

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        process = super().launch(trusted=trusted, readable=readable)
        finish = process.finish

        def late(ending: bool) -> int:  # noqa: FBT001 - the form that it has
            assert self.may_go.wait(60)
            return finish(ending)

        process.finish = late
        self.made.append(process)
        return process

    def gone(self) -> list[bool]:
        return [process.status is not None for process in self.made]


@pytest.fixture
def lingering(zygote: Launcher) -> Iterator[Lingering]:
    launcher = Lingering(zygote)
    yield launcher
    launcher.may_go.set()


def test_the_evidence_is_there_while_the_workers_still_end(lingering: Lingering) -> None:
    sandbox = Sandbox(lingering)
    found = sandbox.judge(BODY, CASES, LIMITS).cases
    assert [numbers(case) for case in found] == [[2.0], [4.0]]
    assert lingering.gone() == [False, False]
    lingering.may_go.set()
    sandbox.settle()
    assert lingering.gone() == [True, True]


def test_the_next_submission_of_a_thread_begins_when_they_are_gone(lingering: Lingering) -> None:
    sandbox = Sandbox(lingering)
    sandbox.judge(BODY, CASES, LIMITS)
    with ThreadPoolExecutor(1) as other:  # which has nothing to wait for
        assert len(other.submit(sandbox.judge, BODY, CASES, LIMITS).result(60).cases) == 2
    began = len(lingering.made)
    threading.Timer(0.3, lingering.may_go.set).start()
    sandbox.judge(BODY, CASES, LIMITS)
    assert lingering.gone()[:2] == [True, True]
    assert len(lingering.made) == began + 2


def test_closing_waits_for_all(lingering: Lingering) -> None:
    sandbox = Sandbox(lingering)
    sandbox.judge(BODY, CASES, LIMITS)
    threading.Timer(0.3, lingering.may_go.set).start()
    sandbox.close()
    assert lingering.gone() == [True, True]


def test_what_is_judged_while_all_is_closed_ends_too(lingering: Lingering) -> None:
    """As after Ctrl-C: threads come back from what they were at."""
    sandbox = Sandbox(lingering)
    lingering.may_go.set()
    sandbox.close()
    found = sandbox.judge(BODY, CASES, LIMITS).cases
    assert ([numbers(case) for case in found], lingering.gone()) == ([[2.0], [4.0]], [True, True])


def test_what_an_end_fails_with_is_not_swallowed(zygote: Launcher) -> None:
    class Broken(CaseRun):
        def close(self) -> None:
            raise OSError("it is a mystery")

    endings = Endings()
    endings.end(Broken(Sandbox(Kept(zygote)).load, BODY, Allowance(LIMITS)))
    with pytest.raises(OSError, match="mystery"):
        endings.wait()
    endings.wait()  # it was told once
    endings.close()
