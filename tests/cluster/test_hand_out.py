"""Submissions on nodes that answer at once, or not at all: who gets what, and what becomes of it."""

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands.exercises import make_problem
from distributed.scheduler import KilledWorker
from toys import Heard

from judge.cases import cases_sha256, expand
from judge.cluster import hand_out
from judge.cluster.hand_out import ENDED_ALONE, ENDS_WORKERS, HandOut
from judge.cluster.records import BROKEN, RESULT, UNKNOWN_RUN, Answer, NodeFacts, RunOrder, Sent
from judge.problem.load import load_problem
from judge.problem.model import Problem
from judge.report import CaseResult, SubmissionResult
from judge.run.at_work import judge_all
from judge.run.intake import Job, RunRequest
from judge.store.records import packed
from judge.verdict import Verdict

ORDER = RunOrder(
    run="r", entropy=0, case_names=(), isolation="auto", require_isolation=None, want_flow=False,
    require_flow=False, exercises={},
)  # fmt: skip
Judging = Callable[[str, Sent], Any]  # node, submission → answer; an exception is the task's; None: no answer


class Task:
    """As Dask has futures."""

    def __init__(self, key: str, outcome: Any) -> None:
        self.key = key
        self.outcome = outcome
        cancelled = isinstance(outcome, CancelledError)
        failed = isinstance(outcome, Exception)
        self.status = "cancelled" if cancelled else "error" if failed else "finished"

    def add_done_callback(self, call: Callable[["Task"], None]) -> None:
        if self.outcome is not None:
            call(self)

    def result(self, timeout: float) -> Any:
        assert timeout > 0
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def release(self) -> None:
        pass


class Client:
    """Gives each task to the first node that it may go to."""

    status = "running"

    def __init__(self, nodes: "Nodes", judging: Judging) -> None:
        self.nodes = nodes
        self.judging = judging
        self.given: list[tuple[str, str]] = []
        self.named: list[list[str] | None] = []

    def submit(
        self, _what: Any, _run: str, what: Sent, *, key: str, workers: list[str] | None, **_: Any
    ) -> Task:
        self.named.append(workers)
        node = (workers or sorted(self.nodes.taking_part))[0]
        self.given.append((what.name, node))
        told = self.judging(node, what)
        return Task(key, (node, told) if isinstance(told, Answer) else told)

    def gather(self, tasks: list[Task]) -> list[Any]:
        return [task.outcome for task in tasks]

    def cancel(self, tasks: list[Task]) -> None:
        pass


class Link:
    """The way to a scheduler that may be started anew."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.is_there = self.is_the_same = True

    def is_good(self) -> bool:
        return self.is_there and self.is_the_same

    def renew(self) -> bool:
        self.is_the_same = True
        return self.is_there


class Nodes:
    """Nodes that are there until somebody takes them away."""

    order = ORDER

    def __init__(self, *names: str) -> None:
        self.taking_part = {name: NodeFacts(threads=1) for name in names}
        self.forgotten: list[str] = []
        self.notes: list[str] = []
        self.looking: Callable[[], None] = lambda: None

    @property
    def threads(self) -> int:
        return len(self.taking_part)

    def look(self) -> None:
        self.looking()

    def note(self, message: str) -> None:
        self.notes.append(message)

    def forget(self, address: str) -> None:
        self.forgotten.append(address)

    def forget_all(self) -> None:
        self.forgotten += self.taking_part

    def is_everybody(self, nodes: frozenset[str]) -> bool:
        return nodes == frozenset(self.taking_part)


@pytest.fixture
def exercise(tmp_path: Path) -> Problem:
    return load_problem(tmp_path, make_problem(tmp_path))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_out, "LOOK_SECONDS", 0.01)


def jobs(exercise: Problem, *names: str) -> tuple[Job, ...]:
    return tuple(Job(name=name, problem=exercise, path=Path(name), source=name.encode()) for name in names)


def right(exercise: Problem, what: Sent, verdict: Verdict = Verdict.ACCEPTED) -> Answer:
    """The answer of a node that judged it."""
    case = CaseResult(
        name="small", verdict=verdict, visibility="public", weight=1.0, seconds=0.1, message="passes"
    )
    result = SubmissionResult(
        submission="x",
        sha256=hashlib.sha256(what.data or b"").hexdigest(),
        problem=exercise.id,
        cases_sha256=cases_sha256(exercise, expand(exercise, 0, ())),
        verdict=verdict,
        score=1.0,
        seconds=0.1,
        message="all pass",
        cases=(case,),
    )
    kept = packed(result)
    return Answer(RESULT, record=kept.record, flow=kept.flow)


@contextmanager
def handing_out(
    nodes: Nodes, client: Client, asked: tuple[Job, ...], **options: Any
) -> Iterator[tuple[HandOut, RunRequest]]:
    request = RunRequest(root=Path(), jobs=asked)
    digests = {(id(job.problem), id(job.extra)): "d" for job in asked}
    out = HandOut(Link(client), nodes, request, digests, **options)  # type: ignore[arg-type] # stand-ins
    try:
        yield out, request
    finally:
        out.close()


def judged(
    exercise: Problem, nodes: Nodes, client: Client, *names: str, **options: Any
) -> dict[str, SubmissionResult]:
    with handing_out(nodes, client, jobs(exercise, *names), **options) as (out, request):
        results, complete = judge_all(out, request, Heard())
    assert complete
    assert [one.submission for one in results] == list(names)
    return {one.submission: one for one in results}


def test_results_come_under_their_own_names_with_their_own_text(exercise: Problem):
    nodes = Nodes("tls://a:1", "tls://b:1")
    client = Client(nodes, lambda _, what: right(exercise, what))
    found = judged(exercise, nodes, client, *(f"{number}.py" for number in range(20)), tell=True)
    assert {one.verdict for one in found.values()} == {Verdict.ACCEPTED}
    assert found["7.py"].source == "7.py"
    assert sorted(nodes.notes) == sorted(f"{name}: judged by tls://a:1" for name in found)
    assert set(map(str, client.named)) == {"None"}  # none is named where all take part


def test_what_is_said_to_be_judged_is_there_when_ctrl_c_comes_of_it(exercise: Problem):
    nodes = Nodes("tls://a:1")
    (job,) = jobs(exercise, "a.py")
    begun: Future[Future[SubmissionResult]] = Future()
    there: list[bool] = []
    nodes.note = lambda _: there.append(begun.result(10).done())  # type: ignore[method-assign]
    client = Client(nodes, lambda _, what: right(exercise, what))
    with handing_out(nodes, client, (job,), tell=True) as (out, _):
        begun.set_result(out.begin(0, job))
        begun.result().result(10)
    assert there == [True]


def test_nodes_are_named_where_not_all_take_part_or_it_is_not_encrypted(exercise: Problem):
    for names in (("tcp://127.0.0.1:1", "tcp://127.0.0.1:2"), ("tls://a:1",)):
        nodes = Nodes(*names)
        client = Client(nodes, lambda _, what: right(exercise, what))
        judged(exercise, nodes, client, "a.py")
        assert client.named == [list(names)]


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(BROKEN, "OSError: No space left on device"),
        Answer(RESULT, record=b"\x80\x04.", flow=b""),
        RuntimeError("no"),
    ],
)
def test_what_one_node_cannot_do_another_does(exercise: Problem, wrong: Any):
    nodes = Nodes("tls://a:1", "tls://b:1")
    client = Client(nodes, lambda node, what: wrong if node == "tls://a:1" else right(exercise, what))
    if isinstance(wrong, Exception):  # it doesn't say where it was: the scheduler chooses another, or not
        answers = iter([wrong])
        client.judging = lambda _, what: next(answers, None) or right(exercise, what)
    assert judged(exercise, nodes, client, "a.py")["a.py"].verdict is Verdict.ACCEPTED
    assert len(client.given) == 2


def test_another_ones_result_is_none_of_it(exercise: Problem):
    nodes = Nodes("tls://a:1")
    client = Client(nodes, lambda _, what: right(exercise, replace(what, data=b"another")))
    found = judged(exercise, nodes, client, "a.py")["a.py"]
    assert found.verdict is Verdict.JUDGE_ERROR
    assert "it is that of another submission" in found.message
    assert not found.reusable


def test_a_judge_error_that_may_be_the_nodes_is_looked_at_by_another(exercise: Problem):
    nodes = Nodes("tls://a:1", "tls://b:1")

    def judging(node: str, what: Sent) -> Answer:
        fails = node == "tls://a:1" or what.name == "fails.py"
        return right(exercise, what, Verdict.JUDGE_ERROR if fails else Verdict.ACCEPTED)

    found = judged(exercise, nodes, Client(nodes, judging), "fails.py", "works.py")
    assert found["works.py"].verdict is Verdict.ACCEPTED
    assert (found["fails.py"].verdict, found["fails.py"].message) == (Verdict.JUDGE_ERROR, "all pass")


def test_a_node_that_does_not_know_the_run_is_asked_anew(exercise: Problem):
    nodes = Nodes("tls://a:1")
    answers = iter([Answer(UNKNOWN_RUN), CancelledError()])
    client = Client(nodes, lambda _, what: next(answers, None) or right(exercise, what))
    assert judged(exercise, nodes, client, "a.py")["a.py"].verdict is Verdict.ACCEPTED
    assert nodes.forgotten == ["tls://a:1"]


@pytest.mark.parametrize("told", [True, False])
def test_what_ends_workers_is_judged_alone_and_then_no_more(exercise: Problem, *, told: bool):
    """Dask says so of a task that ended four; with fewer nodes than that, all are gone each time."""
    nodes = Nodes("tls://a:1", "tls://b:1")
    numbers = iter(range(2, 1000))
    ended: list[str] = []

    def judging(node: str, what: Sent) -> Any:
        if what.name != "poison.py":
            return right(exercise, what)
        ended.append(node)
        return KilledWorker("key", None, 3) if told else None  # type: ignore[arg-type] # no worker

    def start_anew() -> None:
        if ended and not told:
            nodes.taking_part = {
                f"tls://a:{number}": NodeFacts(threads=1) for number in (next(numbers), next(numbers))
            }
            ended.clear()

    nodes.looking = start_anew
    client = Client(nodes, judging)
    found = judged(exercise, nodes, client, "poison.py", "a.py", "b.py", "c.py", "d.py")
    assert found.pop("poison.py").message.endswith(ENDS_WORKERS)
    assert {one.verdict for one in found.values()} == {Verdict.ACCEPTED}
    times = [name for name, _ in client.given].count("poison.py")
    assert times == (1 if told else hand_out.LOST) + ENDED_ALONE


def test_a_submission_that_was_there_by_accident_is_judged_alone_in_the_end(exercise: Problem):
    nodes = Nodes("tls://a:1")
    answers = iter([KilledWorker("key", None, 3)])  # type: ignore[arg-type] # as above
    client = Client(nodes, lambda _, what: next(answers, None) or right(exercise, what))
    assert judged(exercise, nodes, client, "a.py")["a.py"].verdict is Verdict.ACCEPTED


def test_without_a_node_for_long_or_a_scheduler_it_is_said_what_is_missing(
    exercise: Problem, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hand_out, "PATIENCE_SECONDS", 0.2)
    nodes = Nodes()
    found = judged(exercise, nodes, Client(nodes, lambda *_: None), "a.py", "b.py")
    assert {one.verdict for one in found.values()} == {Verdict.JUDGE_ERROR}
    assert "there was no node to judge it" in found["a.py"].message
    nodes = Nodes("tls://a:1")
    client = Client(nodes, lambda *_: None)
    with handing_out(nodes, client, jobs(exercise, "a.py")) as (out, request):
        out.link.is_there = False  # type: ignore[attr-defined] # the stand-in's
        results, _ = judge_all(out, request, Heard())
    assert "the scheduler could not be reached" in next(iter(results)).message


def test_a_scheduler_that_was_started_anew_is_given_all_again(exercise: Problem):
    nodes = Nodes("tls://a:1")
    client = Client(nodes, lambda *_: None)  # and nothing is ever heard of what was given to it
    with handing_out(nodes, client, jobs(exercise, "a.py", "b.py")) as (out, request):

        def start_anew() -> None:
            if len(client.given) == 2:
                client.judging = lambda _, what: right(exercise, what)
                out.link.is_the_same = False  # type: ignore[attr-defined] # the stand-in's

        nodes.looking = start_anew
        results, complete = judge_all(out, request, Heard())
    assert complete
    assert {one.verdict for one in results} == {Verdict.ACCEPTED}
    assert nodes.forgotten == ["tls://a:1"]


@pytest.mark.parametrize(("at_once", "window"), [(None, 4), (1, 1), (3, 3), (100, 4)])
def test_no_more_are_on_their_way_than_may_be_judged_at_once(at_once: int | None, window: int):
    nodes = Nodes("tls://a:1")
    with handing_out(nodes, Client(nodes, lambda *_: None), (), at_once=at_once) as (out, _):
        assert out.window == window
        nodes.taking_part = {f"tls://a:{number}": NodeFacts(threads=1) for number in range(1000)}
        assert out.window == (hand_out.AT_MOST if at_once is None else min(at_once, hand_out.AT_MOST))


def test_whatever_goes_wrong_over_an_answer_costs_one_submission(exercise: Problem):
    nodes = Nodes("tls://a:1")
    client = Client(nodes, lambda _, what: right(exercise, what))
    client.submit = lambda *_, key, **__: Task(key, "no pair of a node and an answer")  # type: ignore[method-assign] # broken
    found = judged(exercise, nodes, client, "a.py")["a.py"]
    assert found.verdict is Verdict.JUDGE_ERROR


def test_what_is_called_off_is_not_waited_for(exercise: Problem):
    nodes = Nodes("tls://a:1")
    (job,) = jobs(exercise, "a.py")
    began = time.monotonic()
    with handing_out(nodes, Client(nodes, lambda *_: None), (job,)) as (out, _):
        future: Future[SubmissionResult] = out.begin(0, job)
        out.stop()
    assert not future.done()
    assert time.monotonic() - began < hand_out.END_SECONDS / 2
