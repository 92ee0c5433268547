"""How far off an output is, in tolerances."""

import math
from dataclasses import dataclass

from judge.compare import compare
from judge.diagnosis import in_tolerances
from judge.evidence import Value
from judge.problem.model import Problem

WANTED = 8.0  # the kill margin that a mistake told by numbers must have
NEAR = 0.5  # no right program may come nearer to rejection, in tolerances


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One output: error in tolerances (infinite when the structure differs), and what else is wrong with it.

    `mark` is "*" for an output that isn't representable, "shape", "dtype", "type" or "structure", or "".
    """

    error: float
    mark: str = ""

    @property
    def rejected(self) -> bool:
        """Whether a submission that gives this isn't accepted."""
        return self.error > 1 or self.mark != ""

    def __str__(self) -> str:
        return self.mark if self.mark not in {"", "*"} else f"{short(self.error)}{self.mark}"


def measured(problem: Problem, expected: Value, actual: Value) -> Measured:
    """How far off an output is."""
    found = compare(expected, actual, problem.returns, problem.tolerance)
    error = in_tolerances(found)
    if error is None:
        return Measured(error=math.inf, mark=found.kind)
    return Measured(error=error, mark="*" if found.representable is False else "")


def short(number: float) -> str:
    """Three digits, at most seven characters."""
    return f"{number:.3g}" if number < 1000 or not math.isfinite(number) else f"{number:.1e}".replace("+", "")  # noqa: PLR2004 - from here on, powers of ten


def family(case: str) -> str:
    """`drawn[1]` -> `drawn`."""
    return case.partition("[")[0]
