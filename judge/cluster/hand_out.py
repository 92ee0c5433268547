"""Submissions on nodes: given out, given out again where a node went, and judged alone where they end one."""

import logging
import queue
import threading
import time
from concurrent.futures import CancelledError, Future
from typing import Any

from distributed import Future as Task
from distributed.scheduler import KilledWorker

from judge.cluster.checked_result import CheckedResults
from judge.cluster.connect import Link, begun, is_encrypted
from judge.cluster.given import Given
from judge.cluster.node import judge_one
from judge.cluster.nodes import Nodes
from judge.cluster.records import RESULT, UNKNOWN_RUN, Answer, RunOrder, sent
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.store.records import Packed
from judge.verdict import Verdict

AT_MOST = 400  # on their way at a time: the client's memory stays flat
AT_LEAST = 4
TRIES = 3  # on different nodes, where one says that it can't
ANSWER_SECONDS = 60.0  # for a result that is there to come here
LOOK_SECONDS = 1.0
LOST = 2  # times that all nodes went, until one submission is suspected of it
END_SECONDS = 20.0
ENDED_ALONE = 3  # workers, while nothing else was judged
ENDS_WORKERS = "each worker that was given it ended, also when nothing else ran"
PATIENCE_SECONDS = 300.0  # without scheduler or nodes: to start them anew takes some

logger = logging.getLogger("judge.cluster")


class HandOut:
    """Gives submissions to the nodes of a run: what `judge.run.at_work` calls an executor.

    Args:
        digests: of the exercises, by the identity of a job's problem and extra cases.
        at_once: how many may be judged at a time, None for as many as the nodes have threads.
        tell: whether it is said which node judged what.
    """

    def __init__(
        self,
        link: Link,
        nodes: Nodes,
        request: RunRequest,
        digests: dict[tuple[int, int], str],
        *,
        at_once: int | None = None,
        tell: bool = False,
    ) -> None:
        self.link = link
        self.nodes = nodes
        self.results = CheckedResults(request)
        self.order: RunOrder = nodes.order
        self.digests = digests
        self.at_once = at_once
        self.tell = tell
        self._given: dict[int, Given] = {}
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._since: float | None = None  # when there was no scheduler, or no node
        self._back: queue.SimpleQueue[tuple[Given, Task[Any]] | None] = queue.SimpleQueue()
        self._watcher = threading.Thread(target=self._watch, name="judge-nodes", daemon=True)
        self._collector = threading.Thread(target=self._collect, name="judge-answers", daemon=True)
        self._watcher.start()
        self._collector.start()

    @property
    def window(self) -> int:
        """Two for each thread that judges, so that none waits; no more than are to be judged at once."""
        enough = max(AT_LEAST, min(2 * self.nodes.threads, AT_MOST))
        return enough if self.at_once is None else min(self.at_once, enough)

    def begin(self, number: int, job: Job) -> Future[SubmissionResult]:
        """Give one out, or keep it until there is a node."""
        given = Given(number=number, job=job, what=sent(job, self.digests[id(job.problem), id(job.extra)]))
        with self._lock:
            self._given[number] = given
        self._give_out(given)
        return given.result

    def more_follow(self, job: Job) -> None:
        """Nodes compile ahead by themselves."""

    def stop(self) -> None:
        """Call off what wasn't begun; nodes end the rest with the run."""
        self._ending.set()
        with self._lock:
            tasks = [given.task for given in self._given.values() if given.task is not None]
        if self.link.client.status == "running":
            begun(self.link.client.cancel, tasks).join(END_SECONDS)

    def close(self) -> None:
        """Nothing is given out any longer."""
        self._ending.set()
        self._back.put(None)
        for thread in (self._watcher, self._collector):
            thread.join(END_SECONDS)  # what waits for a node that is gone is left to itself

    def _give_out(self, given: Given) -> None:
        with self._lock:
            if given.task is None and not given.alone and self._can_give_out():
                self._submit(given)  # otherwise `_watch` does

    def _can_give_out(self) -> bool:
        there = bool(self.nodes.taking_part) and self._since is None
        return there and not self._ending.is_set() and self.link.client.status == "running"

    def _submit(self, given: Given) -> None:
        there = frozenset(self.nodes.taking_part)
        given.times += 1
        nodes = there - given.avoided or there
        given.nodes = nodes = frozenset([min(nodes)]) if given.alone else nodes
        task = given.task = self.link.client.submit(
            judge_one,
            self.order.run,
            given.what,
            key=f"judge-{self.order.run}-{given.number}-{given.times}",
            workers=None if self._anywhere(nodes) else sorted(nodes),
            allow_other_workers=False,
            pure=False,
        )
        task.add_done_callback(lambda done: self._back.put((given, done)))

    def _anywhere(self, nodes: frozenset[str]) -> bool:
        """Whether a task needs no list of nodes, which costs the scheduler 7 us for each: all take part.

        One that comes later may be given it, and says that it doesn't know the run; over TLS that is all.
        """
        return len(nodes) > 1 and self.nodes.is_everybody(nodes) and all(is_encrypted(one) for one in nodes)

    def _watch(self) -> None:
        """Once a second: which nodes there are, and what has to be given out, or can't be any longer."""
        while not self._ending.wait(LOOK_SECONDS):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - in a second it is looked again, whatever it was
                logger.warning("the nodes could not be looked after: %s", error)

    def _look(self) -> None:
        if not self.link.is_good():
            self._call_in()
            if not self.link.renew():
                self._without("the scheduler could not be reached")
                return
            self.nodes.forget_all()
        self.nodes.look()
        if not self.nodes.taking_part:
            self._without("there was no node to judge it")
            return
        self._since = None
        self._see_to_tasks()

    def _without(self, what: str) -> None:
        """Wait for what there isn't, or give up."""
        now = time.monotonic()
        self._since = self._since or now
        if now - self._since > PATIENCE_SECONDS:
            self._give_up(f"for {PATIENCE_SECONDS:.0f} s {what}")

    def _call_in(self) -> None:
        """The scheduler knows nothing any longer of what it was given."""
        with self._lock:
            self._since = self._since or time.monotonic()
            for given in self._given.values():
                given.task = None

    def _see_to_tasks(self) -> None:
        with self._lock:
            if not self._can_give_out():
                return
            there = frozenset(self.nodes.taking_part)
            for given in tuple(self._given.values()):
                if given.task is not None and not given.nodes & there:  # all that it could go to are gone
                    task, given.task = given.task, None
                    self.link.client.cancel([task])
                    given.lost += 1
                    if given.alone or given.lost >= LOST:
                        self._ended_workers(given)
            waiting = [given for given in self._given.values() if given.task is None]
            for given in waiting:
                self._give_out(given)
            if not any(given.task is not None for given in self._given.values()):
                self._one_alone([given for given in waiting if given.alone])

    def _one_alone(self, waiting: list[Given]) -> None:
        """Nothing else is on its way: see whether it ends another node."""
        for given in waiting:
            if given.ended < ENDED_ALONE:
                self._submit(given)
                return
            del self._given[given.number]
            given.result.set_result(self.results.missing(given.job, given.what, ENDS_WORKERS))

    def _give_up(self, why: str) -> None:
        """Nothing more will come: say so of all that are missing."""
        with self._lock:
            missing, self._given = list(self._given.values()), {}
        for given in missing:
            given.task = None
            given.result.set_result(self.results.missing(given.job, given.what, why))

    def _collect(self) -> None:
        """Fetch answers, all that are there at a time: each by itself would take a way there and back."""
        while not self._ending.is_set():
            batch = list(filter(None, [self._back.get()]))
            while not self._back.empty():
                batch += filter(None, [self._back.get()])
            ours = [(given, task) for given, task in batch if given.task is task]  # not given out again
            for (given, task), outcome in zip(ours, self._fetched([task for _, task in ours]), strict=True):
                if not self._ending.is_set():
                    self._came_back(given, task, outcome)
                task.release()

    def _fetched(self, tasks: "list[Task[Any]]") -> list[Any]:
        """What each task gave, or the exception in place of it."""
        finished = [task for task in tasks if task.status == "finished"]
        try:
            found = dict(zip((task.key for task in finished), self.link.client.gather(finished), strict=True))
        except Exception:  # noqa: BLE001 - one of them is gone: ask for each
            found = {}
        return [found[task.key] if task.key in found else _outcome(task) for task in tasks]

    def _came_back(self, given: Given, task: "Task[Any]", outcome: Any) -> None:  # noqa: ANN401 - of any node
        """A task ended, one way or another."""
        try:
            answer = self._answer(given, outcome)
        except Exception as error:  # noqa: BLE001 - what came of one submission mustn't cost the others theirs
            answer = self._failed(given, "", f"{type(error).__name__}: {error}")
        with self._lock:
            if given.task is not task:
                return
            given.task = None
            if answer is not None:
                del self._given[given.number]
        if answer is not None:
            given.result.set_result(answer)
            if self.tell and given.judged_by:  # said of what is there: Ctrl-C may come of it
                self.nodes.note(f"{given.job.name}: judged by {given.judged_by}")
        else:
            self._give_out(given)

    def _answer(self, given: Given, outcome: Any) -> SubmissionResult | None:  # noqa: ANN401 - of any node
        """The result that a task has, or None where it is to be given out again."""
        if isinstance(outcome, CancelledError):  # the scheduler was gone, or we called it off
            return None
        if isinstance(outcome, KilledWorker):
            self._ended_workers(given)
            return None
        if isinstance(outcome, BaseException):  # whatever it is: another node may do better
            return self._failed(given, "", f"{type(outcome).__name__}: {outcome}")
        node, told = outcome
        if told.kind == UNKNOWN_RUN:
            self.nodes.forget(node)  # and ask it anew
            return None
        return self._told(given, node, told)

    def _told(self, given: Given, node: str, told: Answer) -> SubmissionResult | None:
        """What a node had to say, or None where another one is to be asked."""
        if told.kind != RESULT:
            return self._failed(given, node, told.why)
        try:
            result = self.results.checked(
                given.job, given.what, Packed(record=told.record, flow=told.flow, source=None)
            )
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            return self._failed(given, node, f"what came back is no result of it: {error}")
        fails = any(case.verdict is Verdict.JUDGE_ERROR for case in result.cases)
        if fails and given.tries + 1 < TRIES and self._others(given, node):  # it may be the node's fault
            return self._failed(given, node, "")
        given.judged_by = node
        return result

    def _others(self, given: Given, node: str) -> bool:
        return bool(frozenset(self.nodes.taking_part) - given.avoided - {node})

    def _ended_workers(self, given: Given) -> None:
        """It was there when workers ended. Whether that was its doing is seen when it is judged alone."""
        given.ended += given.alone
        given.alone = True

    def _failed(self, given: Given, node: str, why: str) -> SubmissionResult | None:
        """Try it on another node, some times."""
        given.tries += 1
        given.avoided |= {node}
        return self.results.missing(given.job, given.what, why) if given.tries >= TRIES else None


def _outcome(task: "Task[Any]") -> Any:  # noqa: ANN401 - of any node
    """What a task gave, or the exception in place of it."""
    try:
        return task.result(timeout=ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller looks at it
        return error
