"""One run's submissions on their way: in which order they are given away, and results come."""

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol

from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.kept_results import Claim, KeptResults, NothingKept
from judge.run.progress import Progress
from judge.run.spool import Spool

LOOK_AGAIN_SECONDS = 0.3  # whether another judge has finished what it took on


class Executor(Protocol):
    """To whom submissions are given: threads here, or machines elsewhere."""

    @property
    def window(self) -> int:
        """How many may be on their way at a time: so few that nothing piles up."""

    def begin(self, number: int, job: Job) -> Future[SubmissionResult]:
        """Have one judged; its number is its place in the run."""

    def more_follow(self, job: Job) -> None:
        """One was judged, and others wait: there is time for what makes them quicker."""

    def stop(self) -> None:
        """Break off what is on its way: nobody waits for it any longer."""

    def close(self) -> None:
        """All is done, or was broken off."""


def judge_all(
    executor: Executor, request: RunRequest, progress: Progress, kept: KeptResults | None = None
) -> tuple[Spool, bool]:
    """Every result in the order of the request, and whether none is missing: Ctrl-C ends it earlier.

    Args:
        kept: results that are there already, and where others are kept as they come.
    """
    at_work = AtWork(executor, request, progress, kept or NothingKept())
    progress.started(len(request.jobs))
    try:
        at_work.run()
    except KeyboardInterrupt:
        for future in [one for one in at_work.running if one.done()]:
            at_work.take(future)  # what is finished isn't lost over it
        executor.stop()
    finally:
        executor.close()
    return at_work.spool, len(at_work.spool) == len(request.jobs)


class AtWork:
    """One run's submissions: those that wait, those that somebody is at, those that are done."""

    def __init__(
        self, executor: Executor, request: RunRequest, progress: Progress, kept: KeptResults
    ) -> None:
        self.executor = executor
        self.progress = progress
        self.kept = kept
        self.spool = Spool()
        self.waiting = deque(enumerate(request.jobs))
        self.others: deque[tuple[int, Job]] = deque()  # that another judge is at
        self.running: dict[Future[SubmissionResult], tuple[int, Job]] = {}

    def run(self) -> None:
        """Until all are done; those that another judge is at come last."""
        while self.waiting or self.running or self.others:
            while self.waiting and len(self.running) < self.executor.window:
                self.begin(*self.waiting.popleft())
            if self.running:
                done, _ = wait(self.running, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=lambda future: self.running[future][0]):
                    job = self.take(future)
                    if self.waiting or self.running:  # for others than the first verdict, which is there
                        self.executor.more_follow(job)
            elif self.others:
                time.sleep(LOOK_AGAIN_SECONDS)
            if not self.waiting:
                self.waiting, self.others = self.others, deque()

    def begin(self, number: int, job: Job) -> None:
        """Give one away, unless its result is there, or another judge finds it out."""
        claim = self.kept.claim(number)
        result = self.kept.get(number) if claim is Claim.DONE else None
        if result is not None:
            self.spool.put(number, result)
            self.progress.finished(result)
        elif claim is Claim.THEIRS:
            self.others.append((number, job))
        else:
            self.running[self.executor.begin(number, job)] = number, job

    def take(self, future: Future[SubmissionResult]) -> Job:
        """A result that has come, and whose it is; it may be taken twice, but not lost."""
        number, job = self.running[future]
        self.kept.put(number, future.result())
        self.spool.put(number, future.result())
        del self.running[future]
        self.progress.finished(future.result())
        return job
