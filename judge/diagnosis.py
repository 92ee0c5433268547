"""Evidence → findings: reads the program's flow and asks every detector."""

from collections.abc import Mapping, Sequence

from judge.evidence import Evidence
from judge.finding import Finding
from judge.grading import Judged
from judge.problem.model import Problem
from judge.report import FlowFact
from judge.truth import CaseTruth


def diagnose(
    problem: Problem,
    source: str,
    judged: Sequence[Judged],
    truths: Mapping[str, CaseTruth],
    evidence: Evidence,
) -> tuple[tuple[Finding, ...], FlowFact]:
    """What was done wrong, where."""
    del problem, source, judged, truths
    return (), FlowFact(available=False, reason=evidence.trace.reason)
