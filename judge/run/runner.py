"""Submissions → Report, on any concurrent.futures.Executor."""

import time
from collections.abc import Iterable
from contextlib import ExitStack, closing

from judge import __version__
from judge.expected.trusted_worker import Trusted
from judge.expected.values import ExpectedValues
from judge.paths import cache_dir
from judge.report import Report, RunHead
from judge.run.intake import Job, RunRequest
from judge.run.kept_results import KeptResults
from judge.run.outcome import environment, report_of
from judge.run.progress import OneAtATime, Progress
from judge.run.submissions import SubmissionRunner
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.numeric_settings import cores
from judge.sandbox.starting.pool import Pool
from judge.sandbox.starting.tiers import check_tier, default_launcher


class Interrupted(Exception):
    """The run was broken off; `report` holds what was finished."""

    def __init__(self, report: Report) -> None:
        super().__init__("interrupted")
        self.report = report


def run(
    request: RunRequest,
    progress: Progress,
    launcher: Launcher | None = None,
    kept: KeptResults | None = None,
) -> Report:
    """Judge all submissions of a request.

    Args:
        launcher: starts the workers, and is closed in the end; None for the best that this machine has.
        kept: results that outlive the run; what is there isn't found out again.

    Raises:
        IsolationError: the machine can't isolate as well as asked.
        ReferenceFault, SandboxFault: nothing could be judged.
        Interrupted: Ctrl-C; it carries the partial report.
    """
    check_isolation(request)
    with (
        closing(progress),
        closing(Judge(request, progress, launcher or default_launcher(request.isolation))) as judge,
    ):
        return judge.run(request, kept=kept)


class Judge:
    """Holds what one run after another can use: workers, and what is known of problems.

    Args:
        request: the first one; all have its entropy, cases and isolation.
        launcher: starts the workers, and is closed with this. idle: nobody waits for it most of the time.
        expected: how many submissions come, where that isn't how many the first request has.
    """

    def __init__(
        self,
        request: RunRequest,
        progress: Progress,
        launcher: Launcher,
        *,
        idle: bool = False,
        expected: int | None = None,
    ) -> None:
        self.progress = progress = OneAtATime(progress)
        self._began = time.monotonic()
        with ExitStack() as undo:
            undo.callback(launcher.close)
            versions = launcher.start()
            self.head = RunHead(
                judge_version=__version__,
                entropy=request.entropy,
                environment=environment(versions, launcher.isolation),
            )
            self.sandbox = Sandbox(launcher, pool_for(request, launcher, idle=idle, expected=expected))
            undo.callback(self.sandbox.close)
            trusted = Trusted(self.sandbox, versions, cache_dir(), progress.note)
            self.work = SubmissionRunner(request, self.sandbox, ExpectedValues(trusted))
            progress.opened(self.head)
            undo.pop_all()

    def prepare(self, jobs: Iterable[Job]) -> None:
        """Have ready what these submissions need, which come later."""
        self.work.refresh()
        for job in jobs:
            self.work.compile_ahead(self.work.prepare(job))
            self.work.expect(job)

    def run(self, request: RunRequest, *, prepared: bool = False, kept: KeptResults | None = None) -> Report:
        """Judge all submissions of a request.

        Args:
            prepared: `prepare` has heard of them. kept: results that outlive the run.

        Raises:
            Interrupted: Ctrl-C; it carries the partial report, and nothing can be judged any more.
        """
        began, self._began = self._began, time.monotonic()
        ours = [job for at, job in enumerate(request.jobs) if kept is None or not kept.is_there(at)]
        for job in () if prepared else ours:
            self.work.expect(job)  # on their way while expected values are computed
        for job in ours:
            self.work.prepare(job)
        results, complete = self.work.all(request, self.progress, kept)
        seconds = time.monotonic() - (self._began if prepared else began)
        report = report_of(self.head, results, complete=complete, seconds=seconds)
        if not complete:
            raise Interrupted(report)
        return report

    def close(self) -> None:
        """End all workers."""
        self.work.ahead.end()
        self.sandbox.close()
        self.work.ahead.join()


def pool_for(
    request: RunRequest, launcher: Launcher, *, idle: bool = False, expected: int | None = None
) -> Pool:
    """Workers that wait; they go through the warm-up as well where a core would have nothing else to do.

    Who says how many are expected has none to spare: others may be at work on the same cores.
    """
    if expected is not None:
        return Pool(launcher, spare=min(expected, request.workers))
    busy = min(len(request.jobs), request.workers)
    return Pool(launcher, spare=2 if idle else busy, warm=idle or busy < cores())


def check_isolation(request: RunRequest) -> None:
    """Refuse what this machine hasn't.

    Raises:
        IsolationError: it can't isolate as well as asked.
    """
    check_tier(request.isolation, request.require_isolation)
