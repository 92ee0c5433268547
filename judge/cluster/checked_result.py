"""What a node sent → the result as it is known here, or `judge_error` where there is none."""

from collections.abc import Sequence
from dataclasses import replace

from judge.cases import cases_sha256, expand, select
from judge.cluster.records import Sent
from judge.evidence import Evidence
from judge.expected.truth import CaseTruth
from judge.grading import grade
from judge.problem.model import Case
from judge.report import FlowFact, SubmissionResult
from judge.rubric import with_rubric
from judge.run.intake import Job, RunRequest, read_submission
from judge.store.records import Packed, unpacked

Outline = tuple[Sequence[Case], str, int | None]  # cases, their digest, of how many if a part


class CheckedResults:
    """Results of one run's submissions."""

    def __init__(self, request: RunRequest) -> None:
        self.request = request
        self._outlines: dict[str, Outline] = {}

    def checked(self, job: Job, what: Sent, kept: Packed) -> SubmissionResult:
        """A result under its own name, with its text and today's points.

        Raises:
            ValueError: these bytes are no result, or that of something else.
        """
        submission, _ = read_submission(what.job(job.problem, job.extra))
        result = unpacked(kept, job.name)
        _, digest, _ = self._outline(job, what)
        ours = submission.sha256, job.problem.id, digest
        if (result.sha256, result.problem, result.cases_sha256) != ours:
            raise ValueError("it is that of another submission")
        result = replace(result, source=submission.source, points=job.problem.points)
        return with_rubric(result, job.problem)

    def missing(self, job: Job, what: Sent, why: str) -> SubmissionResult:
        """`judge_error`, for this reason."""
        cases, digest, total = self._outline(job, what)
        submission, fault = read_submission(what.job(job.problem, job.extra))
        result = grade(
            submission,
            job.problem,
            cases,
            {case.name: CaseTruth(arrays={}, fault=why) for case in cases},
            Evidence(load_fault=fault),
            cases_sha256=digest,
            diagnose=lambda _: ((), FlowFact(available=False, reason="it was not judged")),
        )
        return with_rubric(replace(result, cases_total=total, reusable=False), job.problem)

    def _outline(self, job: Job, what: Sent) -> Outline:
        if what.exercise not in self._outlines:
            every = expand(job.problem, self.request.entropy, job.extra)
            cases = select(every, self.request.case_names)
            total = len(every) if len(cases) < len(every) else None
            self._outlines[what.exercise] = cases, cases_sha256(job.problem, cases), total
        return self._outlines[what.exercise]
