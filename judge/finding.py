"""One pitfall seen in one submission."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An `error` costs the submission its `accepted`, a `warning` does not."""

    ERROR = "error"
    WARNING = "warning"


class EvidenceKind(StrEnum):
    """What a finding rests on."""

    FLOW = "flow"  # the traced program
    NUMBERS = "numbers"  # outputs match that mistake, or aren't representable
    PROBE = "probe"  # a special input
    STATE = "state"  # the model or the optimizer after the step
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Which pitfall, where, the fact in one sentence and the remedy in one sentence.

    Attributes:
        pitfall: id of the catalogue, as `judge explain` takes it.
        line, end_line: 1-based lines of the submission, None when not known.
        column: 1-based column in characters, None when not known.
        end_column: 1-based column after the last character that is meant, on `end_line`; None when not known.
        cases: names of the cases that it holds for, in their order; empty where a detector means all.
        operand: the value of the traced program that it is about, None where it is about none or where that
            isn't known; it says where a drawing of the flow is marked, and nothing else.
    """

    pitfall: str
    severity: Severity
    message: str
    help: str
    evidence: EvidenceKind
    line: int | None = None
    end_line: int | None = None
    column: int | None = None
    end_column: int | None = None
    cases: tuple[str, ...] = ()
    operand: int | None = field(default=None, compare=False)
