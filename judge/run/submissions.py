"""Submissions → results: each is read, run, compared and diagnosed; one fails, the others go on."""

from collections.abc import Sequence
from dataclasses import replace

from judge.cases import cases_sha256, expand, select
from judge.diagnosis import diagnose
from judge.errors import HarnessError
from judge.evidence import CaseEvidence, Evidence, Stop, StopReason, Submission
from judge.expected.compile_ahead import Ahead
from judge.expected.truth import CaseTruth
from judge.expected.values import ExpectedValues
from judge.flow import trace_spec
from judge.grading import Diagnosis, Judged, grade
from judge.problem.model import Case
from judge.report import FlowFact, SubmissionResult
from judge.rubric import with_rubric
from judge.run.at_work import judge_all
from judge.run.intake import Job, RunRequest, file_name, read_submission
from judge.run.kept_results import KeptResults
from judge.run.prepared_problem import PreparedProblem, ProblemOutline
from judge.run.progress import Progress
from judge.run.spool import Spool
from judge.run.threads import Threads
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.numeric_settings import cores
from judge.sandbox.starting.pool import Setup
from judge.sandbox.talking.case_inputs import case_input
from judge.sandbox.talking.requests import Program
from judge.verdict import Verdict

WITNESSES = 2  # workers that a submission takes more where what was read of it is evaluated


class SubmissionRunner:
    """What judges one submission of this machine; `Threads` has several judged at once."""

    def __init__(self, request: RunRequest, sandbox: Sandbox, truths: ExpectedValues) -> None:
        self.request = request
        self.sandbox = sandbox
        self.truths = truths
        self.cache_dir = truths.trusted.compiled
        self._is_first = not self.cache_dir.is_dir()  # of all runs: somebody waits for its first verdict
        self.ahead = Ahead(truths.trusted)
        self.outlines: dict[tuple[int, int], ProblemOutline] = {}
        self.prepared_problems: dict[tuple[int, int], PreparedProblem] = {}

    def all(
        self, request: RunRequest, progress: Progress, kept: KeptResults | None = None
    ) -> tuple[Spool, bool]:
        """Every result in the order of the request, and whether none is missing.

        Args:
            kept: results that are there already, and where others are kept as they come.
        """
        return judge_all(Threads(self, request.workers), request, progress, kept)

    def stop(self) -> None:
        """End the workers and start no more, so that the threads that wait for them come back."""
        self.sandbox.close()

    def expect(self, job: Job) -> None:
        """Have workers made ready for one more submission."""
        outline = self.outline(job)
        if self.truths.trusted.can_keep():
            more = WITNESSES if self.request.require_flow else 0
            self.sandbox.pool.expect(self.setup(outline), outline.workers + more)

    def setup(self, outline: ProblemOutline) -> Setup:
        """What workers for these cases are set up for."""
        return Setup(limits=outline.problem.limits, cache_dir=self.cache_dir, warm_up=outline.warm_up)

    def compile_ahead(self, prepared: PreparedProblem) -> None:
        """Have what later submissions need compiled in the background, unless that is done."""
        if prepared.warm_up is None and prepared.runnable:
            self.ahead.begin(prepared.problem, prepared.cases)

    def refresh(self) -> None:
        """Between two runs: workers of problems whose warm-up has been compiled now go through it."""
        for key, outline in self.outlines.items():
            warm_up = None
            if outline.warm_up is None:
                warm_up = self.ahead.ready(outline.problem, outline.cases)
            if warm_up is not None:
                self.sandbox.pool.forget(self.setup(outline))
                self.outlines[key] = replace(outline, warm_up=warm_up)
                if key in self.prepared_problems:
                    self.prepared_problems[key] = replace(self.prepared_problems[key], warm_up=warm_up)

    def outline(self, job: Job) -> ProblemOutline:
        """The cases of a job's problem; made once."""
        key = _key(job)
        if key not in self.outlines:
            every = expand(job.problem, self.request.entropy, job.extra)
            cases = select(every, self.request.case_names)
            outline = ProblemOutline(
                problem=job.problem,
                cases=cases,
                whose=job.extra,
                cases_total=len(every) if len(cases) < len(every) else None,
            )
            self.outlines[key] = replace(outline, warm_up=self.ahead.ready(job.problem, cases))
        return self.outlines[key]

    def prepare(self, job: Job) -> PreparedProblem:
        """The cases of a job's problem, and what is true of them; made once."""
        key = _key(job)
        if key not in self.prepared_problems:
            self.prepared_problems[key] = self._prepare(self.outline(job))
        return self.prepared_problems[key]

    def _prepare(self, outline: ProblemOutline) -> PreparedProblem:
        """What is true of these cases."""
        problem, cases = outline.problem, outline.cases
        try:
            truths = self.truths.of(problem, cases)
        except HarnessError as error:  # costs this problem its verdicts, not the run its report
            truths = {case.name: CaseTruth(arrays={}, fault=str(error)) for case in cases}
        prepared = PreparedProblem(
            problem=problem,
            cases=cases,
            truths=truths,
            digest=cases_sha256(problem, cases),
            warm_up=outline.warm_up,
            cases_total=outline.cases_total,
        )
        mistakes = self.truths.mistakes(problem, prepared.runnable, truths)
        prepared = replace(prepared, mistakes=mistakes.outputs, unsure=lambda: mistakes.unsure)
        if not self._is_first and cores() > 1:  # one submission leaves a core to it
            self.compile_ahead(prepared)
        return prepared

    def one(self, job: Job, prepared: PreparedProblem) -> SubmissionResult:
        """Judge one submission."""
        submission, fault = read_submission(job)
        want_flow = self.request.want_flow
        evidence = Evidence(load_fault=fault)
        if fault is None and submission.source is not None:
            try:
                evidence = self.evidence(job, submission.source, prepared)
            except Exception as error:  # noqa: BLE001 - a fault of ours costs one submission, not the run
                evidence = our_fault(prepared.cases, error)
        result = grade(
            submission,
            prepared.problem,
            prepared.cases,
            prepared.truths,
            evidence,
            cases_sha256=prepared.digest,
            require_flow=self.request.require_flow,
            diagnose=lambda judged: diagnosis(prepared, submission, judged, evidence, flow=want_flow),
        )
        lasting = not evidence.by_machine and not prepared.unsure()
        faults = any(case.verdict is Verdict.JUDGE_ERROR for case in result.cases)
        result = replace(result, cases_total=prepared.cases_total, reusable=lasting and not faults)
        return with_rubric(result, prepared.problem)

    def evidence(self, job: Job, source: str, prepared: PreparedProblem) -> Evidence:
        """Run what can be run: cases without truth are left out."""
        problem = prepared.problem
        program = Program(
            name=file_name(job),
            source=source,
            entry_point=problem.entry_point,
            parameters=tuple(parameter.name for parameter in problem.parameters),
            cache_dir=self.cache_dir if self.cache_dir.is_dir() else None,
            warm_up=prepared.warm_up,
        )
        inputs = [case_input(problem, case, prepared.truths[case.name].arrays) for case in prepared.runnable]
        asked = trace_spec(problem, values=self.request.want_flow)
        return self.sandbox.judge(
            program, inputs, problem.limits, trace_spec=asked, replay=self.request.require_flow
        )


def _key(job: Job) -> tuple[int, int]:
    return id(job.problem), id(job.extra)


def diagnosis(
    prepared: PreparedProblem,
    submission: Submission,
    judged: Sequence[Judged],
    evidence: Evidence,
    *,
    flow: bool = False,
) -> Diagnosis:
    """What was done wrong, where; a program that can't be read is no fault of the submission."""
    try:
        text = submission.source or ""
        return diagnose(
            prepared.problem,
            text,
            judged,
            prepared.truths,
            evidence,
            mistakes=prepared.mistakes,
            want_flow=flow,
        )
    except Exception as error:  # noqa: BLE001 - a trace comes from a process that can't be trusted
        reason = f"the program could not be read: {type(error).__name__}: {error}"
        return (), FlowFact(available=False, reason=reason)


def our_fault(cases: Sequence[Case], error: Exception) -> Evidence:
    """Evidence that says that nothing could be found out, and why."""
    why = f"the judge failed, which is not your fault: {type(error).__name__}: {error}"
    stop = Stop(reason=StopReason.HARNESS, detail=why)
    return Evidence(cases=tuple(CaseEvidence(name=case.name, stop=stop) for case in cases))
