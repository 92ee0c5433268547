"""What was handed in, and the facts that come back: outputs, exceptions, times, the program. No opinions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from signal import SIGKILL, SIGTERM
from typing import Any

from judge.cells import Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was handed in.

    Attributes:
        name: for reports. data: the file's bytes. source: its text, where that is UTF-8.
        cells: of a notebook, whose code `source` is then. notes: sentences about how it was read.
    """

    name: str
    data: bytes
    source: str | None = None
    cells: Cells = ()
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayValue:
    """A returned array, as plain bytes: nothing of the learner's is called to read it.

    Attributes:
        dtype: name as numpy and ml_dtypes spell it ("float32", "bfloat16").
        shape: sizes of the axes.
        data: C order, little endian, `prod(shape) * itemsize` bytes.
    """

    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherValue:
    """Something returned that isn't an array; `type_name` and `text` were made inside of the sandbox.

    `kind` is "none", "float", "int", "bool", "str", "list", "tuple", "dict", "variable", "tracer" or "other".
    """

    kind: str
    type_name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeValue:
    """A returned tuple, list or dict whose leaves are values: keys are "0", "1", … or the dict's own."""

    kind: str  # "tuple" | "list" | "dict"
    items: tuple[tuple[str, "Value"], ...]


Value = ArrayValue | OtherValue | TreeValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionFact:
    """An exception that left the learner's code.

    Attributes:
        lines: the learner's own frames, outermost first, as 1-based lines of the submission; the last
            one is where it was raised, or where the library that raised was called.
        near: where a name is wrong, the nearest ones that are right, or all that the function takes.
    """

    type: str
    message: str
    lines: tuple[int, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def line(self) -> int | None:
        """The learner's innermost line, None when no frame of theirs was in the traceback."""
        return self.lines[-1] if self.lines else None


class StopReason(StrEnum):
    """What ended a case before it gave a result."""

    WALL = "wall"
    CPU = "cpu"
    MEMORY = "memory"
    OUTPUT = "output"  # too much printed
    RETURNED = "returned"  # too much returned
    FILES = "files"  # too much written to the scratch folder
    PROCESSES = "processes"  # too many processes and threads
    EXIT = "exit"  # the process ended by itself
    SIGNAL = "signal"
    PROTOCOL = "protocol"  # what came on the result channel was no result
    HARNESS = "harness"  # the worker could not be started or broke: our fault


_BY_MACHINE = (StopReason.WALL, StopReason.PROTOCOL, StopReason.HARNESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why a case ended without a result.

    Attributes:
        measured: seconds, MiB, KiB, exit status or signal number, as the reason has it.
        limit: in the unit of `measured`; None where there is no limit (exit, signal, protocol).
        detail: one line for the report.
        line: of the submission, where it was after about half of a time limit, as far as is known.
        unrun: the case was not begun, because of what others took.
    """

    reason: StopReason
    measured: float | None = None
    limit: float | None = None
    detail: str = ""
    line: int | None = None
    unrun: bool = False

    @property
    def by_machine(self) -> bool:
        """Whether it may be the machine's doing, so that the same program may come to its end another time.

        A clock goes on while others are at work; a signal may be the kernel's, which has run out of memory.
        """
        killed = self.reason is StopReason.SIGNAL and self.measured in {SIGKILL, SIGTERM}
        return killed or self.reason in _BY_MACHINE


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvidence:
    """What one case gave: exactly one of value, exception, stop.

    Attributes:
        left_at: line of the submission at which the call came to its end, where it gave a value; None where
            that isn't known.
        seconds: wall time of the call.
        cpu_seconds: CPU time of the worker during the call, None when it could not be measured.
        peak_memory_mib: highest resident memory of the worker's tree seen so far, None likewise.
    """

    name: str
    value: Value | None = None
    exception: ExceptionFact | None = None
    stop: Stop | None = None
    left_at: int | None = None
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory_mib: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFault:
    """Why a submission can't be run at all.

    `kind`: "encoding", "too-large", "unreadable", "notebook", "syntax", "import", "no-entry-point" or
    "signature".
    An exception while the module is executed is "import" with `exception` set (verdict `runtime_error`).
    """

    kind: str
    message: str
    line: int | None = None
    exception: ExceptionFact | None = None
    stop: Stop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What the learner printed in public cases, decoded, cut at the cap."""

    stdout: str = ""
    stdout_truncated: bool = False
    stderr: str = ""
    stderr_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceFact:
    """The learner's step as plain data, checked only to be bounded JSON; None with the reason why not.

    Attributes:
        by_machine: it, or a part of it, may be missing because of the machine.
    """

    program: Mapping[str, Any] | None = None
    reason: str | None = None
    by_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the traced program gives on a case's arrays, evaluated where the submission has never been.

    Attributes:
        case: its name. hidden: nothing may be told of it but that it differs.
        evaluable: "program", as judge/worker/replay/evaluable.py has it, and "constants", the dtype of each.
        value: what it gives; None with the reason why there is nothing.
        by_machine: that may be because of the machine.
    """

    case: str
    hidden: bool = False
    evaluable: Mapping[str, Any] = field(default_factory=dict)
    value: Value | None = None
    reason: str | None = None
    by_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that one submission's workers gave; `seconds` of wall time without the hidden cases.

    Attributes:
        replays: of one public and one hidden case, where that was asked for.
    """

    load_fault: LoadFault | None = None
    cases: tuple[CaseEvidence, ...] = ()
    trace: TraceFact = field(default_factory=lambda: TraceFact(reason="the program never ran"))
    replays: tuple[Replay, ...] = ()
    capture: Capture = field(default_factory=Capture)
    seconds: float = 0.0

    @property
    def by_machine(self) -> bool:
        """Whether the machine may have had a part in it, so that the same program may give other evidence."""
        fault = self.load_fault
        stops = [one.stop for one in self.cases] + [None if fault is None else fault.stop]
        return (
            self.trace.by_machine
            or any(replay.by_machine for replay in self.replays)
            or any(stop is not None and stop.by_machine for stop in stops)
            or (fault is not None and fault.kind == "unreadable")
        )


def called(value: Value) -> str:
    """What a value is, with its article."""
    if isinstance(value, ArrayValue):
        return f"an array of shape {shape_text(value.shape)}"
    if isinstance(value, TreeValue):
        return f"a {value.kind} of {len(value.items)}"
    article = "an" if value.type_name[:1].lower() in "aeiou" else "a"
    return f"{article} {value.type_name}"


def shape_text(shape: tuple[int | str, ...]) -> str:
    """As Python writes it, with the names of named axes: "(N, 3)", "(1,)"."""
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
