"""Results that nobody judged, and runs that want them."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from judge.evidence import Capture, ExceptionFact
from judge.finding import EvidenceKind, Finding, Severity
from judge.report import CaseResult, FlowFact, Report, RunHead, SubmissionResult
from judge.store.connect import Store
from judge.store.run_record import RunRecord, Wanted
from judge.verdict import Verdict

HEAD = RunHead(
    judge_version="0.1.0", entropy=0, environment={"python": "3.11", "isolation": {"tier": "none"}}
)
FINDING = Finding(
    pitfall="unscaled-grads",
    severity=Severity.ERROR,
    line=3,
    message="the gradients are still scaled",
    help="divide by the scale",
    evidence=EvidenceKind.FLOW,
    cases=("scaled",),
)
CASES = (
    CaseResult(
        name="scaled",
        verdict=Verdict.WRONG_ANSWER,
        visibility="public",
        weight=1.0,
        seconds=0.25,
        message="off by much",
        expected=(1.5,),
        actual=(float("nan"),),
        error=float("inf"),
        tolerance=0.0156,
    ),
    CaseResult(
        name="hidden",
        verdict=Verdict.ACCEPTED,
        visibility="hidden",
        weight=2.0,
        seconds=None,
        message="passes",
    ),
)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def wanted(name: str, source: str = "x = 1", basis: str = "basis", problem: str = "step") -> Wanted:
    file_name = name.rpartition("/")[2]
    return Wanted(
        name=name,
        problem=problem,
        file_name=file_name,
        sha256=digest(source),
        keys=lambda sha: (f"{basis} {sha}", f"{basis} {sha} {file_name}"),
    )


def result(name: str, source: str = "x = 1", **fields: Any) -> SubmissionResult:
    made = SubmissionResult(
        submission=name,
        sha256=digest(source),
        problem="step",
        cases_sha256="c" * 64,
        verdict=Verdict.WRONG_ANSWER,
        score=2 / 3,
        seconds=0.5,
        message="off by much, line 3",
        line=3,
        source=source,
        exception=ExceptionFact(type="ValueError", message="no", lines=(1, 3)),
        findings=(FINDING,),
        cases=CASES,
        capture=Capture(stdout="hello", stdout_truncated=True),
        flow=FlowFact(
            available=True, listing={"lines": [{"line": 1}]}, graph={"nodes": [], "edges": [[0, 1]]}
        ),
    )
    return replace(made, **fields)


def report(results: Iterable[SubmissionResult], *, complete: bool = True) -> Report:
    known = tuple(results)
    return Report(
        judge_version=HEAD.judge_version,
        entropy=HEAD.entropy,
        environment=HEAD.environment,
        results=known,
        complete=complete,
        exit_code=1,
        seconds=1.0,
    )


def judged(store: Store, results: Iterable[SubmissionResult], *, rejudge: bool = False) -> RunRecord:
    """A run from its beginning to its end; what is there isn't put again."""
    known = tuple(results)
    record = RunRecord(
        store,
        HEAD,
        [wanted(one.submission, one.source or "", problem=one.problem) for one in known],
        rejudge=rejudge,
    )
    for number, one in enumerate(known):
        if record.is_ours(number):
            record.put(number, one)
    record.finish(report(known))
    record.close()
    return record
