"""PAGE"""

from collections.abc import Iterator

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.clues import Clues
from judge.problem.model import ArraySpec

NAME = "wrong-output-dtype"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Returned arrays of another dtype than the declared one."""
    returns = clues.problem.returns
    if not isinstance(returns, ArraySpec):
        return
    wrong = [
        (case.name, case.actual.dtype)
        for case in clues.cases
        if isinstance(case.actual, ArrayValue) and case.actual.dtype != returns.dtype
    ]
    if wrong:
        line = clues.text.last_return(clues.problem.entry_point)
        message = f"this returns {wrong[0][1]}, not {returns.dtype}"
        remedy = f"cast the result: `.astype(jnp.{returns.dtype})`"
        names = [name for name, _ in wrong]
        yield clues.finding(NAME, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=names)
