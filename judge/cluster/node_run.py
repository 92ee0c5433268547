"""One run on a node: a judge of its own, which has the problems in a private folder until the run ends."""

import logging
import threading
from pathlib import Path

from judge.cluster.records import BROKEN, RESULT, Answer, NodeFacts, RunOrder, Sent
from judge.expected.cache_key import machine
from judge.problem.model import CaseTemplate, Problem
from judge.run.intake import Job
from judge.run.prepared_problem import PreparedProblem
from judge.run.progress import Silent
from judge.run.runner import Judge, check_isolation
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.starting.zygote import Zygote
from judge.store.records import packed
from judge.worker.remove_folder import remove_tree

logger = logging.getLogger("judge.cluster")


class NodeRun:
    """Judges what it is given until it is closed. Thread-safe.

    Args:
        folder: for this run alone, and made by it. threads: how many submissions are judged at once.
        zygote: one that may be on its way already; ended with this.

    Raises:
        IsolationError: this node can't isolate as well as asked.
        SandboxFault: no worker can be started. OSError: the folder can't be written.
    """

    def __init__(self, order: RunOrder, folder: Path, threads: int, zygote: Zygote) -> None:
        self.order = order
        self.folder = folder
        self.threads = threads
        self._lock = threading.Lock()
        request = order.request(folder, threads)
        check_isolation(request)
        folder.mkdir(mode=0o700)
        try:
            self.known: dict[str, tuple[Problem, tuple[CaseTemplate, ...]]] = {
                digest: exercise.write(folder / digest[:16]) for digest, exercise in order.exercises.items()
            }
            launcher = default_launcher(order.isolation, zygote)
            self.judge = Judge(request, Logged(), launcher, expected=2 * threads)
        except BaseException:
            remove_tree(str(folder))
            raise

    @property
    def facts(self) -> NodeFacts:
        """What the client is told."""
        return NodeFacts(threads=self.threads, environment=self.judge.head.environment, machine=machine())

    def one(self, what: Sent) -> Answer:
        """A result as bytes, or why there is none."""
        try:
            job = what.job(*self.known[what.exercise])
            prepared = self._prepared(job)
            result = self.judge.work.one(job, prepared)
            self.judge.work.compile_ahead(prepared)
            kept = packed(result)
        except Exception as error:  # noqa: BLE001 - whatever it is: the client decides what becomes of it
            return Answer(BROKEN, f"{type(error).__name__}: {error}")
        return Answer(RESULT, record=kept.record, flow=kept.flow)

    def _prepared(self, job: Job) -> PreparedProblem:
        with self._lock:  # what is true of the cases is found out once
            self.judge.work.expect(job)  # its workers begin while it is prepared
            return self.judge.work.prepare(job)

    def close(self) -> None:
        """End all workers; nothing of the run stays."""
        self.judge.close()
        remove_tree(str(self.folder))


class Logged(Silent):
    """Progress that goes to the node's own log."""

    def note(self, message: str) -> None:
        """One line."""
        logger.info(message)
