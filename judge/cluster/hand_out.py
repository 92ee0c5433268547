"""Submissions on nodes: given out, given out again where a node went, and judged alone where they end one."""

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from distributed import Client
from distributed import Future as Task
from distributed.scheduler import KilledWorker

from judge.cases import cases_sha256, expand, select
from judge.cluster.node import judge_one
from judge.cluster.nodes import Nodes
from judge.cluster.records import RESULT, UNKNOWN_RUN, Answer, RunOrder, Sent, sent
from judge.evidence import Evidence
from judge.expected.truth import CaseTruth
from judge.grading import grade
from judge.report import FlowFact, SubmissionResult
from judge.rubric import with_rubric
from judge.run.intake import Job, RunRequest, read_submission
from judge.store.records import Packed, unpacked
from judge.verdict import Verdict

AT_MOST = 400  # on their way at a time: the client's memory stays flat
AT_LEAST = 4
TRIES = 3  # on different nodes, where one says that it can't
ANSWER_SECONDS = 60.0  # for a result that is there to come here
LOOK_SECONDS = 1.0
ENDED_ALONE = 3  # workers, while nothing else was judged
ENDS_WORKERS = "each worker that was given it ended, also when nothing else ran"
NO_NODES_SECONDS = 300.0  # a node that is started anew takes some


@dataclass(slots=True, eq=False)
class _Given:
    """One submission on its way.

    Attributes:
        tries: how often it came back without a result. alone: it was there when workers ended, so that it is
            given out by itself, to one node. ended: how many of those ended.
        nodes: that it may go to. avoided: where it failed. task: None where it waits to be given out.
    """

    number: int
    job: Job
    what: Sent
    result: Future[SubmissionResult] = field(default_factory=Future)
    tries: int = 0
    given: int = 0
    alone: bool = False
    ended: int = 0
    nodes: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    task: "Task[Any] | None" = None


class HandOut:
    """Gives submissions to the nodes of a run: what `judge.run.at_work` calls an executor.

    Args:
        digests: of the exercises, by the identity of a job's problem and extra cases.
        tell: whether it is said which node judged what.
    """

    def __init__(
        self,
        client: Client,
        nodes: Nodes,
        request: RunRequest,
        digests: dict[tuple[int, int], str],
        *,
        tell: bool = False,
    ) -> None:
        self.client = client
        self.nodes = nodes
        self.request = request
        self.order: RunOrder = nodes.order
        self.digests = digests
        self.tell = tell
        self._given: dict[int, _Given] = {}
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._nobody_since: float | None = None
        self._outlines: dict[str, tuple[Any, str, int | None]] = {}
        self._watcher = threading.Thread(target=self._watch, name="judge-nodes", daemon=True)
        self._watcher.start()

    @property
    def window(self) -> int:
        """Two for each thread that judges, so that none waits."""
        return max(AT_LEAST, min(2 * self.nodes.threads, AT_MOST))

    def begin(self, number: int, job: Job) -> Future[SubmissionResult]:
        """Give one out, or keep it until there is a node."""
        given = _Given(number=number, job=job, what=sent(job, self.digests[id(job.problem), id(job.extra)]))
        with self._lock:
            self._given[number] = given
        self._give_out(given)
        return given.result

    def more_follow(self, job: Job) -> None:
        """Nodes compile ahead by themselves."""

    def stop(self) -> None:
        """Call off what is there, and end the run where it is being judged."""
        self._ending.set()
        with self._lock:
            tasks = [given.task for given in self._given.values() if given.task is not None]
        if self.client.status == "running":
            self.client.cancel(tasks, force=True)

    def close(self) -> None:
        """Nothing is given out any longer."""
        self._ending.set()
        self._watcher.join()
        self.nodes.close()

    def _give_out(self, given: _Given) -> None:
        with self._lock:
            if given.task is None and not given.alone and self._can_give_out():
                self._submit(given)  # otherwise `_watch` does

    def _can_give_out(self) -> bool:
        return bool(self.nodes.taking_part) and not self._ending.is_set() and self.client.status == "running"

    def _submit(self, given: _Given) -> None:
        there = frozenset(self.nodes.taking_part)
        given.given += 1
        nodes = there - given.avoided or there
        given.nodes = nodes = frozenset([min(nodes)]) if given.alone else nodes
        task = given.task = self.client.submit(
            judge_one,
            self.order.run,
            given.what,
            key=f"judge-{self.order.run}-{given.number}-{given.given}",
            workers=sorted(nodes),
            allow_other_workers=False,
            pure=False,
        )
        task.add_done_callback(lambda done: self._came_back(given, done))

    def _watch(self) -> None:
        """Once a second: which nodes there are, and what has to be given out, or can't be any longer."""
        while not self._ending.wait(LOOK_SECONDS):
            self.nodes.look()
            now = time.monotonic()
            self._nobody_since = None if self.nodes.taking_part else self._nobody_since or now
            if self.nodes.is_lost:
                self._give_up("the connection to the scheduler was lost, and didn't come back")
            elif self._nobody_since is not None and now - self._nobody_since > NO_NODES_SECONDS:
                self._give_up(f"for {NO_NODES_SECONDS:.0f} s there was no node to judge it")
            else:
                self._see_to_tasks()

    def _see_to_tasks(self) -> None:
        with self._lock:
            if not self._can_give_out():
                return
            there = frozenset(self.nodes.taking_part)
            for given in tuple(self._given.values()):
                if given.task is not None and not given.nodes & there:  # all that it could go to are gone
                    task, given.task = given.task, None
                    self.client.cancel([task])
                    self._ended_workers(given)
            waiting = [given for given in self._given.values() if given.task is None]
            for given in waiting:
                self._give_out(given)
            if not any(given.task is not None for given in self._given.values()):
                self._one_alone([given for given in waiting if given.alone])

    def _one_alone(self, waiting: list[_Given]) -> None:
        """Nothing else is on its way: see whether it ends another node."""
        for given in waiting:
            if given.ended < ENDED_ALONE:
                self._submit(given)
                return
            del self._given[given.number]
            given.result.set_result(self._no_result(given, ENDS_WORKERS))

    def _give_up(self, why: str) -> None:
        """Nothing more will come: say so of all that are missing."""
        with self._lock:
            missing, self._given = list(self._given.values()), {}
        for given in missing:
            given.task = None
            given.result.set_result(self._no_result(given, why))

    def _came_back(self, given: _Given, task: "Task[Any]") -> None:
        """A task ended, one way or another."""
        with self._lock:
            if given.task is not task or self._ending.is_set():
                return  # it was called off, or given out again
        try:
            answer = self._answer(given, task)
        finally:
            task.release()
        with self._lock:
            if given.task is not task:
                return
            given.task = None
            if answer is not None:
                del self._given[given.number]
        if answer is not None:
            given.result.set_result(answer)
        else:
            self._give_out(given)

    def _answer(self, given: _Given, task: "Task[Any]") -> SubmissionResult | None:
        """The result that a task has, or None where it is to be given out again."""
        if task.status == "cancelled":  # the scheduler was gone, or we called it off
            return None
        try:
            node, told = task.result(timeout=ANSWER_SECONDS)
        except KilledWorker:
            self._ended_workers(given)
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is: another node may do better
            return self._failed(given, "", f"{type(error).__name__}: {error}")
        if told.kind == UNKNOWN_RUN:
            self.nodes.forget(node)  # and ask it anew
            return None
        return self._told(given, node, told)

    def _told(self, given: _Given, node: str, told: Answer) -> SubmissionResult | None:
        """What a node had to say, or None where another one is to be asked."""
        if told.kind != RESULT:
            return self._failed(given, node, told.why)
        try:
            result = self._checked(given, Packed(record=told.record, flow=told.flow, source=None))
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            return self._failed(given, node, f"what came back is no result of it: {error}")
        fails = any(case.verdict is Verdict.JUDGE_ERROR for case in result.cases)
        if fails and given.tries + 1 < TRIES and self._others(given, node):  # it may be the node's fault
            return self._failed(given, node, "")
        if self.tell:
            self.nodes.note(f"{given.job.name}: judged by {node}")
        return result

    def _others(self, given: _Given, node: str) -> bool:
        return bool(frozenset(self.nodes.taking_part) - given.avoided - {node})

    def _checked(self, given: _Given, kept: Packed) -> SubmissionResult:
        """A result as it is known here: under its own name, with its text and today's points.

        Raises:
            ValueError: these bytes are no result, or that of something else.
        """
        job = given.what.job(given.job.problem, given.job.extra)
        submission, _ = read_submission(job)
        result = unpacked(kept, given.job.name)
        _, digest, _ = self._outline(given)
        if (result.sha256, result.problem, result.cases_sha256) != (
            submission.sha256,
            job.problem.id,
            digest,
        ):
            raise ValueError("it is that of another submission")
        result = replace(result, source=submission.source, points=job.problem.points)
        return with_rubric(result, job.problem)

    def _ended_workers(self, given: _Given) -> None:
        """It was there when workers ended. Whether that was its doing is seen when it is judged alone."""
        given.ended += given.alone
        given.alone = True

    def _failed(self, given: _Given, node: str, why: str) -> SubmissionResult | None:
        """Try it on another node, some times."""
        given.tries += 1
        given.avoided |= {node}
        return self._no_result(given, why) if given.tries >= TRIES else None

    def _no_result(self, given: _Given, why: str) -> SubmissionResult:
        """`judge_error`, for this reason."""
        cases, digest, total = self._outline(given)
        submission, fault = read_submission(given.what.job(given.job.problem, given.job.extra))
        result = grade(
            submission,
            given.job.problem,
            cases,
            {case.name: CaseTruth(arrays={}, fault=why) for case in cases},
            Evidence(load_fault=fault),
            cases_sha256=digest,
            diagnose=lambda _: ((), FlowFact(available=False, reason="it was not judged")),
        )
        return with_rubric(replace(result, cases_total=total, reusable=False), given.job.problem)

    def _outline(self, given: _Given) -> tuple[Any, str, int | None]:
        """The cases of its problem, their digest, and how many there are where these are a part."""
        key = given.what.exercise
        if key not in self._outlines:
            problem = given.job.problem
            every = expand(problem, self.request.entropy, given.job.extra)
            cases = select(every, self.request.case_names)
            total = len(every) if len(cases) < len(every) else None
            self._outlines[key] = cases, cases_sha256(problem, cases), total
        return self._outlines[key]
