"""PAGE"""

from collections.abc import Iterator

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.clues import Clues
from judge.problem.model import ArraySpec

NAME = "wrong-output-shape"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Returned arrays of another shape than the expected one."""
    wrong = [
        (case.name, case.actual.shape, case.expected.shape)
        for case in clues.cases
        if isinstance(case.actual, ArrayValue) and case.expected is not None and case.actual.shape != case.expected.shape
    ]
    if not wrong or not isinstance(clues.problem.returns, ArraySpec):
        return
    _, actual, expected = wrong[0]
    line = clues.text.last_return(clues.problem.entry_point)
    message = f"this returns an array of shape {actual}, not {expected}"
    remedy = f"reshape the result: `.reshape({', '.join(map(str, expected))})`"
    yield clues.finding(
        NAME, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=[name for name, _, _ in wrong]
    )
