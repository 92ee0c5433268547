import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import pytest
from toys import Heard, case, problem, truth

from judge.evidence import Evidence
from judge.expected.trusted_worker import Trusted
from judge.expected.values import ExpectedValues
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.prepared_problem import PreparedProblem
from judge.run.submissions import SubmissionRunner
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.spawn import SpawnLauncher
from judge.verdict import Verdict

TOY = problem()


class Window(SubmissionRunner):
    """Work without workers: each submission takes a moment, and what is under way is counted.

    Attributes:
        begun: submissions that were handed to a thread. open: most that were, and had no result yet.
        busy: most that were being judged at once.
    """

    def __init__(self, request: RunRequest, heard: Heard) -> None:
        sandbox = Sandbox(SpawnLauncher())  # which starts nothing until it is asked
        super().__init__(request, sandbox, ExpectedValues(Trusted(sandbox, {}, Path("nowhere"), heard.note)))
        self.heard = heard
        self.begun: set[str] = set()
        self.open = self.busy = self._running = 0
        self._lock = threading.Lock()

    def prepare(self, job: Job) -> PreparedProblem:
        self.begun.add(job.name)  # asked for once more where there is time to compile ahead
        self.open = max(self.open, len(self.begun) - len(self.heard.results))
        return PreparedProblem(problem=job.problem, cases=(case(),), truths={"one": truth()}, digest="")

    def one(self, job: Job, prepared: PreparedProblem) -> SubmissionResult:
        with self._lock:
            self._running += 1
            self.busy = max(self.busy, self._running)
        time.sleep(random.Random(job.name).uniform(0, 0.004))
        with self._lock:
            self._running -= 1
        return SubmissionResult(
            submission=job.name, sha256="", problem=prepared.problem.id, cases_sha256=prepared.digest,
            verdict=Verdict.ACCEPTED, score=1.0, seconds=0.0, message="",
        )  # fmt: skip


def names(results: Sequence[SubmissionResult]) -> list[str]:
    return [result.submission for result in results]


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_is_under_way_than_is_needed_and_results_are_told_as_they_come_and_given_in_order(
    workers: int,
) -> None:
    jobs = tuple(Job(name=f"{number}.py", problem=TOY, source=b"") for number in range(100))
    request = RunRequest(root=Path("nowhere"), jobs=jobs, workers=workers)
    heard = Heard()
    work = Window(request, heard)
    results, complete = work.all(request, heard)
    assert (complete, len(results), heard.total) == (True, 100, 100)
    assert names(list(results)) == [job.name for job in jobs]
    assert sorted(names(heard.results)) == sorted(job.name for job in jobs)
    assert (names(heard.results) == names(list(results))) == (workers == 1)
    assert work.busy == workers
    assert work.open == 2 * workers, "as many again as can be judged at once, so that no thread is idle"


def test_results_that_are_done_at_once_are_told_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*futures: object, **options: object) -> object:
        time.sleep(0.01)  # until all that are under way are done
        return wait(*futures, **options)  # type: ignore[call-overload]

    monkeypatch.setattr("judge.run.at_work.wait", late)
    jobs = tuple(Job(name=f"{number}.py", problem=TOY, source=b"") for number in range(100))
    request, heard = RunRequest(root=Path("nowhere"), jobs=jobs, workers=1), Heard()
    Window(request, heard).all(request, heard)
    assert names(heard.results) == [job.name for job in jobs]


def test_nothing_to_judge_is_a_complete_run() -> None:
    request, heard = RunRequest(root=Path("nowhere"), jobs=()), Heard()
    results, complete = Window(request, heard).all(request, heard)
    assert (list(results), complete, heard.total) == ([], True, 0)


def test_jobs_of_one_problem_share_what_is_known_of_it_and_those_with_further_cases_do_not(
    tmp_path: Path,
) -> None:
    asked = problem(folder=tmp_path, reference=tmp_path, cases=())
    request = RunRequest(root=tmp_path, jobs=())
    sandbox = Sandbox(SpawnLauncher())
    work = SubmissionRunner(
        request, sandbox, ExpectedValues(Trusted(sandbox, {}, tmp_path / "cache", Heard().note))
    )
    first, second = (work.prepare(Job(name=name, problem=asked)) for name in "ab")
    assert first is second
    assert work.prepare(Job(name="c", problem=problem(folder=tmp_path, reference=tmp_path))) is not first


@pytest.mark.parametrize(("required", "workers"), [(False, 1), (True, 3)])
def test_where_programs_are_evaluated_two_workers_more_are_made_ready(
    tmp_path: Path, *, required: bool, workers: int
) -> None:
    asked = problem(folder=tmp_path, reference=tmp_path, cases=())
    sandbox = Sandbox(SpawnLauncher())
    expected: list[int] = []
    sandbox.pool.expect = lambda _, count: expected.append(count)  # type: ignore[method-assign] # none is started
    request = RunRequest(root=tmp_path, jobs=(), require_flow=required)
    work = SubmissionRunner(
        request, sandbox, ExpectedValues(Trusted(sandbox, {}, tmp_path / "cache", Heard().note))
    )
    work.expect(Job(name="a", problem=asked))
    assert expected == [workers]


@pytest.mark.parametrize("wanted", [True, False])
def test_sizes_of_values_are_measured_where_the_flow_is_wanted(tmp_path: Path, *, wanted: bool) -> None:
    sandbox = Sandbox(SpawnLauncher())
    specs: list[Any] = []
    sandbox.judge = lambda *_, trace_spec, **__: specs.append(trace_spec) or Evidence()  # type: ignore[method-assign] # no worker
    request = RunRequest(root=tmp_path, jobs=(), want_flow=wanted)
    work = SubmissionRunner(
        request, sandbox, ExpectedValues(Trusted(sandbox, {}, tmp_path / "cache", Heard().note))
    )
    prepared = PreparedProblem(problem=TOY, cases=(case(),), truths={"one": truth()}, digest="")
    result = work.one(Job(name="a.py", problem=TOY, source=b"x = 1\n"), prepared)
    assert [spec["values"] for spec in specs] == [wanted]
    assert (result.flow.listing is not None) == wanted
