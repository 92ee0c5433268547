"""Evidence + truth → case results, verdict, score. A pure function of facts: nothing is run here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from judge.cells import Cells, line_name
from judge.compare import Comparison, compare
from judge.evidence import CaseEvidence, Evidence, ExceptionFact, LoadFault, Submission
from judge.expected.truth import CaseTruth
from judge.finding import Finding, Severity
from judge.hidden_cases import hidden_message
from judge.messages.exceptions import in_other_words, load_exception, one_line, raised, remedy
from judge.messages.near_limit import near_limit
from judge.messages.no_value import halfway, returned, stopped
from judge.problem.model import Case, Problem
from judge.report import NOT_ENOUGH, CaseResult, FlowFact, SubmissionResult
from judge.verdict import Verdict, worst

TRIES = "a cell that only tries something out can be tagged judge-skip: then it is no part of the submission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One case with everything known of it, before findings.

    Attributes:
        line: of the submission, that the message names. help: what to do about its exception.
    """

    case: Case
    verdict: Verdict
    message: str
    evidence: CaseEvidence | None = None
    comparison: Comparison | None = None
    limit: str | None = None
    line: int | None = None
    help: str | None = None


Diagnosis = tuple[tuple[Finding, ...], FlowFact]
Diagnose = Callable[[Sequence[Judged]], Diagnosis]


def grade(
    submission: Submission,
    problem: Problem,
    cases: Sequence[Case],
    truths: Mapping[str, CaseTruth],
    evidence: Evidence,
    *,
    cases_sha256: str,
    diagnose: Diagnose,
    require_flow: bool = False,
) -> SubmissionResult:
    """The decision on one submission.

    Args:
        diagnose: what finds pitfalls in what was judged; asked only where the submission could be run.
        require_flow: numbers that pass are not enough where the program could not be read.
    """
    result = _before(submission, problem, evidence, cases_sha256)
    if evidence.load_fault is not None and not _runs_at_all(evidence.load_fault):
        fault = in_other_words(evidence.load_fault, submission.source or "", submission.cells)
        return replace(
            result, message=one_line(fault.message), line=fault.line, exception=load_exception(fault)
        )
    judged = [judge_case(submission, problem, case, truths[case.name], evidence) for case in cases]
    findings, flow = diagnose(judged)
    exception, help_ = _exception(judged, evidence.load_fault, submission.source)
    result = replace(result, flow=flow, exception=exception, help=help_)
    if require_flow and flow.unread:
        judged = [not_read(one, flow) for one in judged]
    public = [one for one in judged if one.case.visibility == "public"]
    used = [one.evidence for one in public if one.evidence is not None]
    near = near_limit(used, result.seconds, problem.limits) if not any(one.limit for one in public) else None
    return replace(_decided(result, judged, findings), near_limit=near)


def _before(
    submission: Submission, problem: Problem, evidence: Evidence, cases_sha256: str
) -> SubmissionResult:
    """The result before anything is known of the cases."""
    return SubmissionResult(
        submission=submission.name,
        sha256=submission.sha256,
        problem=problem.id,
        cases_sha256=cases_sha256,
        verdict=Verdict.INVALID,
        score=0.0,
        seconds=evidence.seconds,
        message="",
        source=submission.source,
        cells=submission.cells,
        notes=_notes(submission, evidence.load_fault),
        capture=evidence.capture,
        points=problem.points,
        flow=FlowFact(available=False, reason="the submission could not be run"),
    )


def _notes(submission: Submission, fault: LoadFault | None) -> tuple[str, ...]:
    """How the file was read, and what a notebook can do about a cell that keeps it from being run."""
    is_file = any(not cell.ran for cell in submission.cells)
    tries = is_file and fault is not None and _runs_at_all(fault)
    return (*submission.notes, TRIES) if tries else submission.notes


def _decided(
    result: SubmissionResult, judged: Sequence[Judged], findings: Sequence[Finding]
) -> SubmissionResult:
    """The result with what the cases and the findings come to."""
    named = [with_findings(one, findings) for one in judged]
    verdict = worst(one.verdict for one in named)
    return replace(
        result,
        verdict=verdict,
        score=score(named),
        message=summary(named, findings, verdict, unread=result.flow.unread, cells=result.cells),
        line=_line(_cause(named, findings, verdict)),
        findings=tuple(
            sorted(findings, key=lambda finding: (finding.line is None, finding.line or 0, finding.pitfall))
        ),
        cases=tuple(case_result(one) for one in named),
    )


def _runs_at_all(fault: LoadFault) -> bool:
    """An exception or a broken limit while the file is imported is the program's own behaviour."""
    return fault.exception is not None or fault.stop is not None


def _of(evidence: Evidence, case: Case) -> CaseEvidence | None:
    return next((one for one in evidence.cases if one.name == case.name), None)


def judge_case(
    submission: Submission, problem: Problem, case: Case, truth: CaseTruth, everything: Evidence
) -> Judged:
    """Verdict and message of one case, by what it gave alone."""
    source, cells, evidence = submission.source, submission.cells, _of(everything, case)
    if truth.fault is not None or truth.value is None:
        message = f"this case can't be judged, which is not your fault: {truth.fault}"
        return Judged(case=case, verdict=Verdict.JUDGE_ERROR, message=message, evidence=evidence)
    if evidence is None:
        return _not_run(case, everything.load_fault, source, cells)
    if evidence.stop is not None:
        verdict, message, limit = stopped(evidence.stop, source, cells)
        line = halfway(evidence.stop, source)
        return Judged(case=case, verdict=verdict, message=message, evidence=evidence, limit=limit, line=line)
    if evidence.exception is not None or evidence.value is None:
        help_ = remedy(evidence.exception, source, problem.parameters, case.shapes)
        return Judged(
            case=case,
            verdict=Verdict.RUNTIME_ERROR,
            message=raised(evidence.exception, help_, cells),
            evidence=evidence,
            line=None if evidence.exception is None else evidence.exception.line,
            help=help_,
        )
    comparison = compare(truth.value, evidence.value, problem.returns, problem.tolerance)
    verdict = Verdict.ACCEPTED if comparison.passed else Verdict.WRONG_ANSWER
    message, line = returned(comparison, evidence, source, cells)
    return Judged(
        case=case, verdict=verdict, message=message, evidence=evidence, comparison=comparison, line=line
    )


def _not_run(case: Case, fault: LoadFault | None, source: str | None, cells: Cells) -> Judged:
    """A case that was never reached, since the file could not be imported."""
    if fault is not None and fault.stop is not None:
        verdict, message, limit = stopped(fault.stop, source, cells)
        message, line = f"while the file was imported: {message}", halfway(fault.stop, source)
        return Judged(case=case, verdict=verdict, message=message, limit=limit, line=line)
    if fault is not None:
        help_ = remedy(fault.exception, source)
        told = f"while the file was imported: {raised(fault.exception, help_, cells)}"
        message = fault.message if help_ is None else told
        return Judged(case=case, verdict=Verdict.RUNTIME_ERROR, message=message, line=fault.line, help=help_)
    return Judged(
        case=case, verdict=Verdict.JUDGE_ERROR, message="this case was not run, which is not your fault"
    )


def with_findings(one: Judged, findings: Sequence[Finding]) -> Judged:
    """A case whose numbers pass is a `pitfall` when an error finding names it."""
    if one.verdict is not Verdict.ACCEPTED:
        return one
    named = [
        finding for finding in findings
        if finding.severity is Severity.ERROR and (not finding.cases or one.case.name in finding.cases)
    ]  # fmt: skip
    if not named:
        return one
    ids = ", ".join(dict.fromkeys(finding.pitfall for finding in named))
    return replace(one, verdict=Verdict.PITFALL, message=f"the numbers pass, but: {ids}")


def not_read(one: Judged, flow: FlowFact) -> Judged:
    """A case whose numbers pass, of a program that had to be read and couldn't be."""
    if one.verdict is not Verdict.ACCEPTED:
        return one
    return replace(one, verdict=Verdict.PITFALL, message=f"{NOT_ENOUGH}{flow.unread}")


def score(judged: Sequence[Judged]) -> float | None:
    """Weights of accepted cases over weights of all, without our own faults; None when nothing is left."""
    counted = [one for one in judged if one.verdict is not Verdict.JUDGE_ERROR]
    total = sum(one.case.weight for one in counted)
    if not total:
        return None
    return sum(one.case.weight for one in counted if one.verdict is Verdict.ACCEPTED) / total


def summary(
    judged: Sequence[Judged],
    findings: Sequence[Finding],
    verdict: Verdict,
    *,
    unread: str = "",
    cells: Cells = (),
) -> str:
    """One line that a learner can act on: the cause where it is known, else the first such case."""
    if verdict is Verdict.ACCEPTED:
        count = len(judged)
        passed = f"all {count} cases pass" if count > 1 else "the case passes"
        return f"{passed}, but {unread}" if unread else passed
    cause = _cause(judged, findings, verdict)
    if isinstance(cause, Finding):
        place = f" ({line_name(cause.line, cells)})" if cause.line else ""
        others = sum(finding.severity is Severity.ERROR for finding in findings) - 1
        more = f", and {others} more" if others else ""
        return f"{cause.pitfall}{place}: {cause.message}{more}"
    if verdict is Verdict.PITFALL:
        return f"{NOT_ENOUGH}{unread}"
    text = cause.message if cause.case.visibility == "public" else hidden_message(verdict)
    return f"case {cause.case.name}: {one_line(text)}"


def _cause(judged: Sequence[Judged], findings: Sequence[Finding], verdict: Verdict) -> Finding | Judged:
    """What is told of first: the first error, or else the first case of this verdict, rather a public one."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors and verdict in {Verdict.WRONG_ANSWER, Verdict.PITFALL}:
        return errors[0]
    worst_ones = [one for one in judged if one.verdict is verdict]
    return next((one for one in worst_ones if one.case.visibility == "public"), worst_ones[0])


def _line(cause: Finding | Judged) -> int | None:
    """The line that the summary names; of a hidden case none, which could tell its data."""
    hidden = isinstance(cause, Judged) and cause.case.visibility == "hidden"
    return None if hidden else cause.line


def _exception(
    judged: Sequence[Judged], fault: LoadFault | None, source: str | None
) -> tuple[ExceptionFact | None, str | None]:
    """The first exception of a public case, and what to do about it; a hidden one's could tell its data."""
    if fault is not None and fault.exception is not None:
        return fault.exception, remedy(fault.exception, source)
    for one in judged:
        if (
            one.case.visibility == "public"
            and one.evidence is not None
            and one.evidence.exception is not None
        ):
            return one.evidence.exception, one.help
    return None, None


def case_result(one: Judged) -> CaseResult:
    """What reports show of a case; of a hidden one only name, verdict and weight."""
    case, evidence = one.case, one.evidence
    result = CaseResult(
        name=case.name,
        verdict=one.verdict,
        visibility=case.visibility,
        weight=case.weight,
        seconds=evidence.seconds if evidence is not None else 0.0,
        message=one_line(one.message),
    )
    if case.visibility == "hidden":
        return replace(result, seconds=None, message=hidden_message(one.verdict))
    result = replace(result, limit=one.limit, line=one.line)
    if evidence is not None:
        result = replace(result, cpu_seconds=evidence.cpu_seconds, peak_memory_mib=evidence.peak_memory_mib)
    if one.comparison is not None:
        found = one.comparison
        result = replace(
            result, expected=found.expected, actual=found.actual, error=found.error, tolerance=found.tolerance
        )
    return result
