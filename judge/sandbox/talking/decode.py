"""Records from a worker → evidence. Nothing that comes from there is trusted to have the right form."""

from collections.abc import Sequence

from judge.evidence import (
    ArrayValue,
    ExceptionFact,
    LoadFault,
    OtherValue,
    Stop,
    StopReason,
    TreeValue,
    Value,
)
from judge.worker.wire import Array, Record

MAX_DEPTH = 6
TEXT_LIMIT = 2000
MAX_LINES = 50
MAX_NAMES = 16
NAME_LIMIT = 100
LAST_LINE = 1 << 20  # of a file that has as many bytes at most
TREE_KINDS = ("tuple", "list", "dict")
LOAD_KINDS = ("syntax", "import", "no-entry-point", "signature")


class BadRecord(Exception):
    """A record that is well-formed on the wire, but not what was asked for."""


def value(described: object, arrays: Sequence[Array], depth: int = 0) -> Value:
    """A returned value.

    Raises:
        BadRecord: it is not described as the worker does.
    """
    if not isinstance(described, dict) or len(described) != 1 or depth > MAX_DEPTH:
        raise BadRecord("a returned value is not described as it should be")
    ((kind, content),) = described.items()
    if kind == "array":
        if type(content) is not int or not 0 <= content < len(arrays):
            raise BadRecord("a returned array did not come along")
        array = arrays[content]
        return ArrayValue(dtype=array.dtype, shape=array.shape, data=array.data)
    if kind == "tree":
        return _tree(content, arrays, depth)
    return OtherValue(
        kind=_text(content, "kind"), type_name=_text(content, "type_name"), text=_text(content, "text")
    )


def _tree(content: object, arrays: Sequence[Array], depth: int) -> TreeValue:
    items = content.get("items") if isinstance(content, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, list) and len(item) == 2 for item in items):  # noqa: PLR2004 - key and value
        raise BadRecord("a returned tree has no items")
    kind = _text(content, "kind")
    if kind not in TREE_KINDS:
        raise BadRecord("a returned tree is of no kind that passes")
    pairs = tuple((str(key)[:TEXT_LIMIT], value(item, arrays, depth + 1)) for key, item in items)
    return TreeValue(kind=kind, items=pairs)


def _text(content: object, key: str) -> str:
    found = content.get(key) if isinstance(content, dict) else None
    if not isinstance(found, str):
        raise BadRecord(f"a record has no {key}")
    return found[:TEXT_LIMIT]


def exception_fact(described: object) -> ExceptionFact:
    """An exception that left the learner's code.

    Raises:
        BadRecord: it is not described as the worker does.
    """
    lines = described.get("lines") if isinstance(described, dict) else None
    if not isinstance(lines, list) or not all(type(line) is int for line in lines):
        raise BadRecord("an exception has no lines")
    there = tuple(line for line in lines[-MAX_LINES:] if _is_line(line))
    return ExceptionFact(
        type=_text(described, "type"),
        message=_text(described, "message"),
        lines=there,
        near=_near(described),
    )


def _near(described: object) -> tuple[str, ...]:
    names = described.get("near", []) if isinstance(described, dict) else []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadRecord("an exception's names are no names")
    return tuple(name[:NAME_LIMIT] for name in names[:MAX_NAMES] if name.isidentifier())


def submission_line(described: object) -> int | None:
    """A line of the submission, None where there is none.

    Raises:
        BadRecord: it is not described as the worker does.
    """
    if described is not None and type(described) is not int:
        raise BadRecord("a line is no number")
    return described if described is not None and _is_line(described) else None


def _is_line(line: int) -> bool:
    """Code objects can have any number for a line; those that a file can't have are left out."""
    return 0 < line <= LAST_LINE


def load_fault(record: Record | None, stop: Stop | None) -> LoadFault | None:
    """Why a program can't be run, None when it was loaded."""
    if record is None:
        stop = stop or Stop(reason=StopReason.PROTOCOL)
        return LoadFault(kind="import", message=f"while the file was imported: {stop.detail}", stop=stop)
    header = record.header
    if header.get("op") == "loaded":
        return None
    try:
        return _described_fault(record)
    except BadRecord as error:
        stop = Stop(reason=StopReason.PROTOCOL, detail=str(error))
        return LoadFault(kind="import", message=f"while the file was imported: {error}", stop=stop)


def _described_fault(record: Record) -> LoadFault:
    header = record.header
    kind = _text(header, "kind")
    if header.get("op") != "fault" or kind not in LOAD_KINDS:
        raise BadRecord("a record came that is no answer to loading")
    line = submission_line(header.get("line"))
    exception = None if header.get("exception") is None else exception_fact(header.get("exception"))
    return LoadFault(kind=kind, message=_text(header, "message"), line=line, exception=exception)
