"""Submissions → results: each is read, run, compared and diagnosed; one fails, the others go on."""

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from judge.cases import cases_sha256, expand, select
from judge.diagnosis import diagnose
from judge.errors import HarnessError
from judge.evidence import CaseEvidence, Evidence, Stop, StopReason
from judge.expected import Truths, compiled_folder
from judge.flow import trace_spec
from judge.grading import Diagnosis, Judged, Submission, grade
from judge.intake import Job, RunRequest, read_submission
from judge.paths import cache_dir
from judge.problem.model import Case, Problem
from judge.report import FlowFact, RunHead, SubmissionResult
from judge.sandbox.pool import Setup
from judge.sandbox.questions import Program, WarmUp
from judge.sandbox.session import Sandbox
from judge.spool import Spool
from judge.truth import CaseTruth
from judge.wiring import case_input


class Progress(Protocol):
    """What a long run says while it goes on; called from one thread at a time."""

    def note(self, message: str) -> None:
        """One sentence about what is being done now, such as the first run's expected values."""

    def opened(self, head: RunHead) -> None:
        """The workers can be started; this is what is known of the run before its first result."""

    def started(self, total: int) -> None:
        """So many submissions are going to be judged."""

    def finished(self, result: SubmissionResult) -> None:
        """One more is done; results come as they finish, not in their final order."""

    def close(self) -> None:
        """The run is over, or was interrupted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all submissions of one problem share: its cases and what is true of them."""

    problem: Problem
    cases: tuple[Case, ...]
    truths: Mapping[str, CaseTruth]
    digest: str
    warm_up: WarmUp | None = None
    cases_total: int | None = None  # where these are a part

    @property
    def runnable(self) -> tuple[Case, ...]:
        """The cases whose expected output is known."""
        return tuple(case for case in self.cases if self.truths[case.name].fault is None)

    @property
    def workers(self) -> int:
        """How many a submission takes that breaks no limit: hidden cases get one of their own."""
        return 1 + any(case.visibility == "hidden" for case in self.runnable)


class Work:
    """Submissions on a pool of threads: each thread waits for the process that it owns."""

    def __init__(self, request: RunRequest, sandbox: Sandbox, truths: Truths) -> None:
        self.request = request
        self.sandbox = sandbox
        self.truths = truths
        self.cache_dir = compiled_folder(cache_dir(), truths.versions)
        self.benches: dict[tuple[int, int], tuple[Bench, object]] = {}

    def all(self, request: RunRequest, progress: Progress) -> tuple[Spool, bool]:
        """Every result in the order of the request, and whether none is missing."""
        jobs = request.jobs
        spool = Spool()
        progress.started(len(jobs))
        workers = max(request.workers, 1)
        pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="judge")
        waiting = deque(enumerate(jobs))
        running: dict[Future[SubmissionResult], int] = {}
        try:
            while waiting or running:
                while waiting and len(running) < 2 * workers:  # so few that nothing piles up
                    number, job = waiting.popleft()
                    running[pool.submit(self.one, job, self.bench(job))] = number
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=running.__getitem__):
                    result = future.result()
                    spool.put(running.pop(future), result)
                    progress.finished(result)
        except KeyboardInterrupt:
            self.sandbox.close()  # ends the workers, starts no more, so that the threads come back
        finally:
            pool.shutdown(cancel_futures=True)
        return spool, len(spool) == len(jobs)

    def expect(self, bench: Bench) -> None:
        """Have workers made ready for one more submission."""
        if self.cache_dir.is_dir():
            asked = Setup(limits=bench.problem.limits, cache_dir=self.cache_dir, warm_up=bench.warm_up)
            self.sandbox.pool.expect(asked, bench.workers)

    def bench(self, job: Job) -> Bench:
        """The cases of a job's problem; made once."""
        key = (id(job.problem), id(job.extra))
        if key not in self.benches:
            every = expand(job.problem, self.request.entropy, job.extra)
            cases = select(every, self.request.case_names)
            bench = self.new_bench(job.problem, cases)
            if len(cases) < len(every):
                bench = replace(bench, cases_total=len(every))
            self.benches[key] = (bench, job.extra)  # both kept, so that ids stay theirs
        return self.benches[key][0]

    def new_bench(self, problem: Problem, cases: tuple[Case, ...]) -> Bench:
        """What is true of these cases, and what workers can do ahead of them."""
        warm_up = None
        try:
            truths = self.truths.of(problem, cases)
            warm_up = self.truths.warm_up(problem, cases)
        except HarnessError as error:  # costs this problem its verdicts, not the run its report
            truths = {case.name: CaseTruth(arrays={}, fault=str(error)) for case in cases}
        digest = cases_sha256(problem, cases)
        return Bench(problem=problem, cases=cases, truths=truths, digest=digest, warm_up=warm_up)

    def one(self, job: Job, bench: Bench) -> SubmissionResult:
        """Judge one submission."""
        (submission, fault), flow = read_submission(job), self.request.want_flow
        evidence = Evidence(load_fault=fault)
        if fault is None and submission.source is not None:
            try:
                evidence = self.evidence(job, submission.source, bench)
            except Exception as error:  # noqa: BLE001 - a fault of ours costs one submission, not the run
                evidence = our_fault(bench.cases, error)
        result = grade(
            submission,
            bench.problem,
            bench.cases,
            bench.truths,
            evidence,
            cases_sha256=bench.digest,
            require_flow=self.request.require_flow,
            diagnose=lambda judged: diagnosis(bench, submission, judged, evidence, flow=flow),
        )
        return replace(result, cases_total=bench.cases_total)

    def evidence(self, job: Job, source: str, bench: Bench) -> Evidence:
        """Run what can be run: cases without truth are left out."""
        problem = bench.problem
        program = Program(
            name=file_name(job),
            source=source,
            entry_point=problem.entry_point,
            parameters=tuple(parameter.name for parameter in problem.parameters),
            cache_dir=self.cache_dir if self.cache_dir.is_dir() else None,
            warm_up=bench.warm_up,
        )
        inputs = [case_input(problem, case, bench.truths[case.name].arrays) for case in bench.runnable]
        asked = trace_spec(problem, values=self.request.want_flow)
        return self.sandbox.judge(program, inputs, problem.limits, trace_spec=asked)


def file_name(job: Job) -> str:
    """What the submission is compiled as: JAX fails on a name that is no UTF-8."""
    name = Path(job.name).name if job.path is not None else "stdin.py"
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def diagnosis(
    bench: Bench, submission: Submission, judged: Sequence[Judged], evidence: Evidence, *, flow: bool = False
) -> Diagnosis:
    """What was done wrong, where; a program that can't be read is no fault of the submission."""
    try:
        text = submission.source or ""
        return diagnose(bench.problem, text, judged, bench.truths, evidence, want_listing=flow)
    except Exception as error:  # noqa: BLE001 - a trace comes from a process that can't be trusted
        reason = f"the program could not be read: {type(error).__name__}: {error}"
        return (), FlowFact(available=False, reason=reason)


def our_fault(cases: Sequence[Case], error: Exception) -> Evidence:
    """Evidence that says that nothing could be found out, and why."""
    why = f"the judge failed, which is not your fault: {type(error).__name__}: {error}"
    stop = Stop(reason=StopReason.HARNESS, detail=why)
    return Evidence(cases=tuple(CaseEvidence(name=case.name, stop=stop) for case in cases))
