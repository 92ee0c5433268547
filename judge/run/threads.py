"""Submissions on a pool of threads: each thread waits for the process that it owns."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from judge.report import SubmissionResult
from judge.run.intake import Job
from judge.run.prepared_problem import PreparedProblem


class Runner(Protocol):
    """What judges one submission."""

    def prepare(self, job: Job) -> PreparedProblem:
        """The cases of a job's problem, and what is true of them; made once."""

    def one(self, job: Job, prepared: PreparedProblem) -> SubmissionResult:
        """Judge one submission."""

    def compile_ahead(self, prepared: PreparedProblem) -> None:
        """Have what later submissions need compiled in the background, unless that is done."""

    def stop(self) -> None:
        """End the processes, start no more, so that the threads come back."""


class Threads:
    """This machine judges so many at once."""

    def __init__(self, runner: Runner, workers: int) -> None:
        self.runner = runner
        self.workers = max(workers, 1)
        self.pool = ThreadPoolExecutor(max_workers=self.workers, thread_name_prefix="judge")

    @property
    def window(self) -> int:
        """One is ready for each thread that comes back."""
        return 2 * self.workers

    def begin(self, number: int, job: Job) -> Future[SubmissionResult]:  # noqa: ARG002 - the form of the protocol
        """Give one to a thread."""
        return self.pool.submit(self.runner.one, job, self.runner.prepare(job))

    def more_follow(self, job: Job) -> None:
        """Compile ahead."""
        self.runner.compile_ahead(self.runner.prepare(job))

    def stop(self) -> None:
        """End the processes that threads wait for."""
        self.runner.stop()

    def close(self) -> None:
        """Wait for the threads."""
        self.pool.shutdown(cancel_futures=True)
