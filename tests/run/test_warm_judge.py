"""A judge that stays: the newest text of a name is judged, what is outdated is broken off at once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from toys import RIGHT, Kept, Toy

from judge.errors import SandboxFault
from judge.report import Report, SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.runner import Judge
from judge.run.warm_judge import Outdated, WarmJudge
from judge.sandbox.starting.launch import Launcher
from judge.verdict import Verdict

WRONG = RIGHT.replace("2 *", "3 *")
LOADS_FOR_EVER = f"while True:\n    pass\n{RIGHT}"
RUNS_FOR_EVER = RIGHT.replace("    return", "    while True:\n        pass\n    return")
ATTEMPT = 15.0  # s, less than the limits of a submission together

Asks = Callable[[str, str], Future[Report]]


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy.make(tmp_path)


@pytest.fixture
def lent(zygote: Launcher) -> Launcher:
    return Kept(zygote)


@pytest.fixture
def warm(lent: Launcher, toy: Toy) -> Iterator[WarmJudge]:
    judge = WarmJudge(toy.root, launcher=lambda: lent)
    yield judge
    judge.close()


@pytest.fixture
def asks(warm: WarmJudge, toy: Toy) -> Asks:
    problem = toy.job("any.py", RIGHT).problem

    def ask(source: str, name: str = "ada.py") -> Future[Report]:
        return warm.judge(Job(name=name, problem=problem, source=source.encode()))

    return ask


def result(future: Future[Report]) -> SubmissionResult:
    (one,) = future.result(timeout=60).results
    return one


def test_one_text_after_another_is_judged(asks: Asks) -> None:
    assert [result(asks(source)).verdict for source in (RIGHT, WRONG, RIGHT)] == [
        Verdict.ACCEPTED,
        Verdict.WRONG_ANSWER,
        Verdict.ACCEPTED,
    ]


@pytest.mark.parametrize("source", [LOADS_FOR_EVER, RUNS_FOR_EVER], ids=["loads", "runs"])
def test_a_newer_text_breaks_off_the_one_before(asks: Asks, source: str) -> None:
    result(asks(RIGHT))
    old = asks(source)
    time.sleep(0.5)
    began = time.monotonic()
    assert result(asks(RIGHT)).verdict is Verdict.ACCEPTED
    assert isinstance(old.exception(), Outdated)
    assert time.monotonic() - began < ATTEMPT


def test_a_text_that_is_outdated_before_there_is_a_judge_is_not_run(lent: Launcher, toy: Toy) -> None:
    starts, may_start = threading.Event(), threading.Event()

    def launcher() -> Launcher:
        starts.set()
        may_start.wait(60)
        return lent

    judge = WarmJudge(toy.root, launcher=launcher)
    job = Job(name="ada.py", problem=toy.load(), source=RUNS_FOR_EVER.encode())
    old = judge.judge(job)
    starts.wait(60)
    new = judge.judge(replace(job, source=RIGHT.encode()))
    began = time.monotonic()
    may_start.set()
    assert result(new).verdict is Verdict.ACCEPTED
    assert time.monotonic() - began < ATTEMPT
    assert isinstance(old.exception(), Outdated)
    judge.close()


def test_a_text_that_is_outdated_before_its_workers_begin_is_broken_off_as_they_do(
    asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    result(asks(RIGHT))
    may_run, run = threading.Event(), Judge.run

    def late(judge: Judge, request: RunRequest, **options: bool) -> Report:
        may_run.wait(60)
        return run(judge, request, **options)

    monkeypatch.setattr(Judge, "run", late)
    old = asks(RUNS_FOR_EVER)
    time.sleep(0.5)
    new = asks(RIGHT)
    began = time.monotonic()
    may_run.set()
    assert result(new).verdict is Verdict.ACCEPTED
    assert time.monotonic() - began < ATTEMPT
    assert isinstance(old.exception(), Outdated)


def test_texts_of_other_names_wait_for_their_turn(asks: Asks) -> None:
    first, second, third = asks(WRONG, "ada.py"), asks(RIGHT, "ben.py"), asks(RIGHT, "ada.py")
    assert isinstance(first.exception(timeout=60), Outdated)
    assert result(second).submission == "ben.py"
    assert (result(third).submission, result(third).verdict) == ("ada.py", Verdict.ACCEPTED)


def test_what_nobody_wants_any_longer_is_broken_off(warm: WarmJudge, asks: Asks) -> None:
    hanging = asks(RUNS_FOR_EVER)
    time.sleep(0.5)
    warm.forget("ada.py")
    assert isinstance(hanging.exception(timeout=ATTEMPT), Outdated)
    assert result(asks(RIGHT)).verdict is Verdict.ACCEPTED


def test_what_is_prepared_is_no_answer_to_anybody(warm: WarmJudge, asks: Asks, toy: Toy) -> None:
    job = toy.job("later.py", RIGHT)
    warm.prepare(job)
    warm.prepare(job)
    assert result(asks(RIGHT)).verdict is Verdict.ACCEPTED


def test_closing_breaks_off_all_and_nothing_is_judged_afterwards(warm: WarmJudge, asks: Asks) -> None:
    asked = [asks(RUNS_FOR_EVER), asks(RIGHT, "ben.py")]
    time.sleep(0.5)
    began = time.monotonic()
    warm.close()
    asked.append(asks(RIGHT, "cy.py"))
    assert [type(one.exception(timeout=1)) for one in asked] == [Outdated] * 3
    assert time.monotonic() - began < ATTEMPT


def test_a_machine_that_can_not_judge_is_told_and_asked_again(lent: Launcher, toy: Toy) -> None:
    attempts: list[Path] = []

    def launcher() -> Launcher:
        attempts.append(toy.root)
        if len(attempts) == 1:
            raise SandboxFault("no process could be forked")
        return lent

    judge = WarmJudge(toy.root, launcher=launcher)
    job = toy.job("ada.py", RIGHT)
    assert isinstance(judge.judge(job).exception(timeout=60), SandboxFault)
    assert result(judge.judge(job)).verdict is Verdict.ACCEPTED
    judge.close()
