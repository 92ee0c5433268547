"""What a detector may look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from judge.evidence import ArrayValue, Value
from judge.finding import EvidenceKind, Finding, Severity
from judge.flow import Flow
from judge.flow.passes import Passes
from judge.flow.program import Frame, Step
from judge.pitfalls.columns import characters
from judge.pitfalls.source import Source
from judge.problem.model import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClue:
    """One case that ran.

    Attributes:
        expected: None when the reference gave nothing.
        left_at: where the call came to its end, None when that isn't known.
        actual: None when the submission gave nothing.
        error: the worst element's error in tolerances (1.0 is just allowed), None when it can't be compared.
        representable: whether every returned number is in the problem's `representable_in`; None when it
            isn't asked.
        mistakes: outputs of the reference's mistake variants, by pitfall id or "id/nuance".
        tolerances: error, in tolerances, of the submission's output against each mistake's.
    """

    name: str
    expected: ArrayValue | None = None
    actual: Value | None = None
    error: float | None = None
    representable: bool | None = None
    mistakes: Mapping[str, ArrayValue] = field(default_factory=dict)
    visibility: Literal["public", "hidden"] = "public"
    left_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """Everything known of one submission, for the detectors."""

    problem: Problem
    flow: Flow
    cases: tuple[CaseClue, ...] = ()
    source: str = ""
    text: Source = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", Source(self.source))  # the one field that is derived

    @property
    def passes(self) -> Passes | None:
        """The flow's passes, None when it could not be read."""
        return self.flow.passes

    @property
    def compute(self) -> str:
        """The dtype that forward and backward should run in."""
        return self.problem.compute_dtype or ""

    def name(self, role: str) -> str:
        """What the problem calls the parameter of this role."""
        parameter = self.problem.parameter(role)
        return parameter.name if parameter is not None else role

    def assigned(self, line: int | None, otherwise: str) -> str:
        """The learner's name for what is computed at a line, in backquotes."""
        name = self.text.name(line)
        return f"`{name}`" if name else otherwise

    def finding(
        self,
        pitfall: str,
        where: Step | Frame | int | None,
        message: str,
        remedy: str,
        *,
        severity: Severity = Severity.ERROR,
        evidence: EvidenceKind = EvidenceKind.FLOW,
        cases: Iterable[str] = (),
    ) -> Finding:
        """A finding at a step's innermost line, at a frame, or at a line."""
        frame = where.place.frames[0] if isinstance(where, Step) and where.place.frames else where
        line = frame.line if isinstance(frame, Frame) else frame if isinstance(frame, int) else None
        statement = None if line is None else self.text.statement(line)
        simple = statement is not None and not hasattr(statement, "body")
        end_line = statement.end_lineno if simple and statement is not None else line
        column, end_column = (
            _columns(self.text, frame, end_line) if isinstance(frame, Frame) else (None, None)
        )
        return Finding(
            pitfall=pitfall,
            severity=severity,
            message=message,
            help=remedy,
            evidence=evidence,
            line=line,
            end_line=end_line,
            column=column,
            end_column=end_column,
            cases=tuple(cases),
        )


def _columns(text: Source, frame: Frame, end_line: int | None) -> tuple[int | None, int | None]:
    """The first column of a frame's expression and the one after its last, None where it ends elsewhere."""
    column = characters(text, frame.line, frame.column)
    if column is None or frame.end_line != end_line:
        return column, None
    end = characters(text, frame.end_line, frame.end_column)
    ends_after = end is not None and (frame.end_line > frame.line or end > column)
    return column, end if ends_after else None
