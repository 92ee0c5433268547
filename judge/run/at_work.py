"""One run's submissions on their way: to whom they are given, and in which order results come."""

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol

from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.kept_results import Claim, KeptResults
from judge.run.prepared_problem import PreparedProblem
from judge.run.progress import Progress
from judge.run.spool import Spool

LOOK_AGAIN_SECONDS = 0.3  # whether another judge has finished what it took on


class Runner(Protocol):
    """What judges one submission."""

    def prepare(self, job: Job) -> PreparedProblem:
        """The cases of a job's problem, and what is true of them; made once."""

    def one(self, job: Job, prepared: PreparedProblem) -> SubmissionResult:
        """Judge one submission."""

    def compile_ahead(self, prepared: PreparedProblem) -> None:
        """Have what later submissions need compiled in the background, unless that is done."""


class AtWork:
    """One run's submissions on their way: those that wait, those that a thread is at, those that are done."""

    def __init__(self, runner: Runner, request: RunRequest, progress: Progress, kept: KeptResults) -> None:
        self.runner = runner
        self.progress = progress
        self.kept = kept
        self.spool = Spool()
        self.workers = max(request.workers, 1)
        self.pool = ThreadPoolExecutor(max_workers=self.workers, thread_name_prefix="judge")
        self.waiting = deque(enumerate(request.jobs))
        self.others: deque[tuple[int, Job]] = deque()  # that somebody else is at
        self.running: dict[Future[SubmissionResult], tuple[int, PreparedProblem]] = {}

    def run(self) -> None:
        """Until all are done; those that another judge is at come last."""
        while self.waiting or self.running or self.others:
            while self.waiting and len(self.running) < 2 * self.workers:  # so few that nothing piles up
                self.begin(*self.waiting.popleft())
            if self.running:
                done, _ = wait(self.running, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=lambda future: self.running[future][0]):
                    prepared = self.take(future)
                    if self.waiting or self.running:  # for others than the first verdict, which is there
                        self.runner.compile_ahead(prepared)
            elif self.others:
                time.sleep(LOOK_AGAIN_SECONDS)
            if not self.waiting:
                self.waiting, self.others = self.others, deque()

    def begin(self, number: int, job: Job) -> None:
        """Give one to a thread, unless its result is there, or somebody else finds it out."""
        claim = self.kept.claim(number)
        result = self.kept.get(number) if claim is Claim.DONE else None
        if result is not None:
            self.spool.put(number, result)
            self.progress.finished(result)
        elif claim is Claim.THEIRS:
            self.others.append((number, job))
        else:
            prepared = self.runner.prepare(job)
            self.running[self.pool.submit(self.runner.one, job, prepared)] = number, prepared

    def take(self, future: Future[SubmissionResult]) -> PreparedProblem:
        """A result that has come, and what its problem is; it may be taken twice, but not lost."""
        number, prepared = self.running[future]
        self.kept.put(number, future.result())
        self.spool.put(number, future.result())
        del self.running[future]
        self.progress.finished(future.result())
        return prepared
