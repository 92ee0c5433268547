"""A report back into records: judge-result/v1 as a whole, judge-run/v1 line by line as it is read.

A file is somebody else's text until it has been looked at. What doesn't fit is told in one sentence with its
place; fields that aren't known are passed over, since later versions may add some.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, BinaryIO, Literal, TypeVar

import msgspec

from judge.cells import Cell
from judge.errors import UsageError
from judge.evidence import Capture, ExceptionFact
from judge.finding import Finding
from judge.report import (
    CaseResult,
    FlowFact,
    NearLimit,
    Numbers,
    RubricPoints,
    RunHead,
    SubmissionResult,
    Visibility,
)
from judge.verdict import Verdict

WHOLE, STREAM = "judge-result/v1", "judge-run/v1"
_ADVICE = "A report to read is written by `judge run --report json=FILE` or `--report jsonl=FILE`"
_TOLD = 300  # characters of what is wrong
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Amount = Annotated[float, msgspec.Meta(ge=0)]
_Line = Annotated[int, msgspec.Meta(ge=1)] | None
_Number = float | Literal["nan", "inf", "-inf"]  # strict JSON has no other way to say it
_Form = TypeVar("_Form")


class _Head(msgspec.Struct):
    """What the beginning of both forms says of a run."""

    schema: Literal["judge-result/v1", "judge-run/v1"]
    judge_version: str
    entropy: int
    environment: dict[str, Any]
    complete: bool


class _Exception(msgspec.Struct):
    type: str
    message: str
    line: _Line = None
    help: str | None = None


class _Flow(msgspec.Struct):
    available: bool
    reason: str | None = None
    listing: dict[str, Any] | None = None
    graph: dict[str, Any] | None = None
    needed: bool = True


class _Case(msgspec.Struct):
    name: str
    verdict: Verdict
    visibility: Visibility
    weight: _Amount
    message: str
    seconds: _Amount | None = None
    cpu_seconds: _Amount | None = None
    peak_memory_mib: _Amount | None = None
    limit: str | None = None
    line: _Line = None
    expected: tuple[_Number, ...] | None = None
    actual: tuple[_Number, ...] | None = None
    error: _Number | None = None
    tolerance: _Number | None = None


class _CasePoints(msgspec.Struct):
    name: str
    earned: _Amount
    possible: _Amount
    priced: bool = False


class _GroupPoints(msgspec.Struct):
    name: str
    earned: _Amount
    possible: _Amount
    cases: tuple[_CasePoints, ...] = ()


class _LostPoints(msgspec.Struct):
    pitfall: str
    points: _Amount


class _Rubric(msgspec.Struct):
    earned: _Amount | None
    possible: Annotated[int, msgspec.Meta(ge=1)]
    in_time: _Amount | None = None
    groups: tuple[_GroupPoints, ...] = ()
    lost: tuple[_LostPoints, ...] = ()
    late_percent: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0.0
    rule: tuple[str, ...] = ()


class _Cell(msgspec.Struct):
    cell: Annotated[int, msgspec.Meta(ge=1)]
    line: Annotated[int, msgspec.Meta(ge=1)]
    lines: Annotated[int, msgspec.Meta(ge=1)]


class _Result(msgspec.Struct):
    submission: str
    problem: str
    verdict: Verdict
    score: _Share | None
    seconds: _Amount
    message: str
    cases: tuple[_Case, ...]
    findings: tuple[Finding, ...]
    exception: _Exception | None
    flow: _Flow
    sha256: str = ""
    cases_sha256: str = ""
    max_score: float = 1.0
    line: _Line = None
    cases_total: int | None = None
    near_limit: NearLimit | None = None
    rubric: _Rubric | None = None
    cells: tuple[_Cell, ...] = ()
    notes: tuple[str, ...] = ()
    stdout: str = ""
    stdout_truncated: bool = False
    stderr: str = ""
    stderr_truncated: bool = False


class _Whole(_Head):
    results: tuple[_Result, ...]


class _Tail(msgspec.Struct):
    complete: bool


class _Kind(msgspec.Struct):
    """Enough of a document or a line to tell what it is."""

    schema: str | None = None
    submission: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class ReportFile:
    """A report that is read: its head, and its results one after the other, once.

    Attributes:
        head: of the run.
        complete: whether the run came to its end; of a stream that is known when its results were gone
            through.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Read the beginning.

        Args:
            file: in UTF-8, with or without a byte order mark. name: what errors call it.

        Raises:
            UsageError: it is no such report.
        """
        self._file = file
        self._name = name
        first = file.readline().removeprefix(_BYTE_ORDER_MARK)
        self._whole: _Whole | None = None
        if _schema(first) == STREAM:
            head = self._decoded(first, _Head, 1)
        else:
            head = self._whole = self._decoded(first + file.read(), _Whole, None)
        self.complete = head.complete
        self.head = RunHead(
            judge_version=head.judge_version, entropy=head.entropy, environment=head.environment
        )

    def __iter__(self) -> Iterator[SubmissionResult]:
        """The results, in the order of the file.

        Raises:
            UsageError: a line is no part of a report.
        """
        return map(_submission, self._streamed() if self._whole is None else self._whole.results)

    def _streamed(self) -> Iterator[_Result]:
        for number, line in enumerate(self._file, 2):
            if not line.strip():
                continue
            if not line.endswith(b"\n") and not _is_json(line):
                self.complete = False  # cut off in the midst of a line
                return
            kind = self._decoded(line, _Kind, number)
            if kind.submission is not msgspec.UNSET:
                yield self._decoded(line, _Result, number)
            elif kind.schema is None:
                self.complete = self._decoded(line, _Tail, number).complete
            else:  # one stream after the other
                self.complete = self._decoded(line, _Head, number).complete

    def _decoded(self, data: bytes, form: type[_Form], line: int | None) -> _Form:
        place = self._name if line is None else f"{self._name}:{line}"
        wanted = WHOLE if line is None else STREAM
        try:
            return msgspec.json.decode(data, type=form)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            schema = _schema(data)
            other = f" (it says {schema[:_TOLD]})" if schema and schema not in (WHOLE, STREAM) else ""
            told = " ".join(str(error).split())[:_TOLD]
            raise UsageError(f"{place}: this is no {wanted}{other}: {told}. {_ADVICE}") from error


def _schema(data: bytes) -> str | None:
    """What a document says that it is; None where it is none, or says nothing."""
    try:
        return msgspec.json.decode(data, type=_Kind).schema
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _submission(read: _Result) -> SubmissionResult:
    exception = read.exception
    return SubmissionResult(
        submission=read.submission,
        sha256=read.sha256,
        problem=read.problem,
        cases_sha256=read.cases_sha256,
        verdict=read.verdict,
        score=read.score,
        seconds=read.seconds,
        message=read.message,
        line=read.line,
        exception=None if exception is None else _exception(exception),
        help=None if exception is None else exception.help,
        flow=FlowFact(**msgspec.structs.asdict(read.flow)),
        findings=read.findings,
        cases=tuple(map(_case, read.cases)),
        capture=Capture(
            stdout=read.stdout,
            stdout_truncated=read.stdout_truncated,
            stderr=read.stderr,
            stderr_truncated=read.stderr_truncated,
        ),
        max_score=read.max_score,
        cases_total=read.cases_total,
        near_limit=read.near_limit,
        cells=tuple(Cell(number=cell.cell, first=cell.line, lines=cell.lines) for cell in read.cells),
        notes=read.notes,
        points=100 if read.rubric is None else read.rubric.possible,
        rubric=msgspec.convert(read.rubric, RubricPoints | None, from_attributes=True),
    )


def _exception(read: _Exception) -> ExceptionFact:
    """Of the traceback's lines a report has the innermost one."""
    lines = () if read.line is None else (read.line,)
    return ExceptionFact(type=read.type, message=read.message, lines=lines)


def _case(read: _Case) -> CaseResult:
    fields = msgspec.structs.asdict(read)
    fields |= {name: _numbers(fields[name]) for name in ("expected", "actual")}
    fields |= {name: _number(fields[name]) for name in ("error", "tolerance")}
    return CaseResult(**fields)


def _numbers(read: Iterable[_Number] | None) -> Numbers:
    return None if read is None else tuple(map(float, read))


def _number(read: _Number | None) -> float | None:
    return None if read is None else float(read)
