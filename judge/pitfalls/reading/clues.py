"""What a detector may look at."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from judge.evidence import ArrayValue, Value
from judge.finding import EvidenceKind, Finding, Severity
from judge.flow import Flow
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.columns import characters
from judge.pitfalls.reading.source import Source
from judge.problem.model import Problem

Found = TypeVar("Found")
Mistakes = Mapping[str, Mapping[str, ArrayValue]]


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
        arguments: its numbers, by the names of their parameters.
    """

    name: str
    expected: ArrayValue | None = None
    actual: Value | None = None
    error: float | None = None
    representable: bool | None = None
    visibility: Literal["public", "hidden"] = "public"
    left_at: int | None = None
    arguments: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """Everything known of one submission, for the detectors.

    Attributes:
        text: of the source. compute: the dtype that forward and backward should run in.
        mistakes: outputs of the reference's mistake variants, by name of the case, then by pitfall id or
            "id/nuance". They may have to be computed, which takes longer than all else: for who needs them.
    """

    problem: Problem
    flow: Flow
    cases: tuple[CaseClue, ...] = ()
    source: str = ""
    mistakes: Callable[[], Mistakes] = dict
    text: Source = field(init=False)
    compute: str = field(init=False)  # asked at each step of a program: a property takes a tenth of the time
    _known: dict[object, Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", Source(self.source))
        object.__setattr__(self, "compute", self.problem.compute_dtype or "")

    def once(self, find: Callable[["Clues"], Found]) -> Found:
        """What this finds out of the clues; found once, whoever asks."""
        if find not in self._known:
            self._known[find] = find(self)
        found: Found = self._known[find]
        return found

    @property
    def passes(self) -> TrainingStep | None:
        """The flow's passes, None when it could not be read."""
        return self.flow.passes

    def name(self, role: str) -> str:
        """What the problem calls the parameter of this role."""
        parameter = self.problem.parameter(role)
        return parameter.name if parameter is not None else role

    def element(self, role: str) -> int | None:
        """The operand behind the number of this role in what is returned; None where it isn't known."""
        roles = self.problem.element_roles
        if self.passes is None or len(self.passes.elements) != len(roles):
            return None
        return dict(zip(roles, self.passes.elements, strict=True)).get(role)

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
        about: Step | int | None = None,
    ) -> Finding:
        """A finding at a step's innermost line, at a frame, or at a line.

        Args:
            about: the step whose result is meant, or an operand; left out where `where` is that step.
        """
        frame = where.place.frames[0] if isinstance(where, Step) and where.place.frames else where
        line = frame.line if isinstance(frame, Frame) else frame if isinstance(frame, int) else None
        column, end_line, end_column = _region(self.text, line, frame if isinstance(frame, Frame) else None)
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
            operand=_operand(where if about is None and isinstance(where, Step) else about),
        )


def _operand(about: Step | int | None) -> int | None:
    if isinstance(about, Step):
        return about.results[0] if about.results else None
    return about


def _region(text: Source, line: int | None, frame: Frame | None) -> tuple[int | None, int | None, int | None]:
    """Column, last line and the column after the last one: of a frame's expression where it is known.

    Otherwise of the statement at the line, whose columns are left out.
    """
    if frame is not None:
        column = characters(text, frame.line, frame.column)
        end = characters(text, frame.end_line, frame.end_column)
        if column is not None and end is not None and (frame.line, column) < (frame.end_line, end):
            return column, frame.end_line, end
    statement = None if line is None else text.statement(line)
    begins = statement is not None and not hasattr(statement, "body") and statement.lineno == line
    return None, statement.end_lineno if begins and statement is not None else line, None
