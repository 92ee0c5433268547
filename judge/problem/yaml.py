"""YAML text → plain data, and the line on which each part of it stands.

What is read is the core schema of YAML 1.2 (`1e-3` and `0o17` are numbers, `yes` and `on` are text) without
anchors, aliases and tags: they have no use in a problem, and without them a small file can't grow into a
large value. The document is built from parser events with a stack of its own, so deep nesting ends in a
fault and never in a RecursionError.
"""

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from judge.errors import Fault, ProblemError
from judge.problem.faults import Place, shown, where

MAX_BYTES = 2**20
MAX_DEPTH = 32
MAX_DIGITS = 400

_NULL = re.compile(r"(?:~|null|Null|NULL)?")
_BOOL = re.compile(r"(?:(true|True|TRUE)|false|False|FALSE)")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_BASES = {"0o": 8, "0x": 16}

# libyaml is ten times faster, but a PyYAML built from source may come without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML file as plain data.

    Attributes:
        path: the file's name as faults show it.
        data: None, bool, int, float, str, and lists and dicts of them; keys are str.
        lines: place → 1-based line: of the key for an entry of a mapping, of the item for one of a list.
        faults: what YAML itself allows and a problem file doesn't, with its place; `data` stands without
            those parts.
    """

    path: str
    data: Any
    lines: dict[Place, int]
    faults: tuple[tuple[Place, Fault], ...]


def read_document(file: Path, name: str) -> Document:
    """Reads one YAML file; `name` is what faults call it.

    Raises:
        ProblemError: it can't be read, is too large, isn't UTF-8 or isn't YAML.
    """
    return parse_document(_read_text(file, name), name)


def parse_document(text: str, name: str) -> Document:
    """The document in `text`; `name` is what faults call it.

    Raises:
        ProblemError: it isn't YAML, is nested too deeply, or there is nothing in it.
    """
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        what = f"has the character U+{ord(forbidden[0]):04X}, which isn't allowed in YAML"
        raise _error(name, what, line=_line_of(text, forbidden.start()))
    builder = _Builder(name)
    for event in _events(text, name):
        builder.feed(event)
    if not builder.begun:
        raise _error(name, "is empty")
    return Document(path=name, data=builder.data, lines=builder.lines, faults=tuple(builder.faults))


def _read_text(file: Path, name: str) -> str:
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise _error(name, "is a folder, not a file" if stat.S_ISDIR(mode) else "isn't a regular file")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _error(name, "is missing") from None
    except OSError as error:
        raise _error(name, f"can't be read: {error.strerror or error}") from None
    except ValueError:  # a NUL in the path
        raise _error(name, "can't be read: that isn't a file name") from None
    if len(content) > MAX_BYTES:
        raise _error(name, f"is too large: at most {MAX_BYTES // 2**20} MiB are read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"isn't UTF-8: byte 0x{content[error.start]:02x}; save the file as UTF-8"
        raise _error(name, what, line=line) from None


def _events(text: str, name: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise _error(name, f"isn't valid YAML: {error.problem or error.context}", line=line) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # an escape beyond Unicode is a ValueError
        raise _error(name, f"isn't valid YAML: {str(error).splitlines()[0]}") from None


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _error(name: str, what: str, *, line: int = 0) -> ProblemError:
    return ProblemError([Fault(path=name, line=line, where="", what=what)])


@dataclass(slots=True)
class _Frame:
    """A list or mapping under construction; in a mapping, `key` waits for its value."""

    container: Any
    place: Place
    key: str | None = None
    dropped: bool = False  # the value that comes next has no usable key


@dataclass(slots=True)
class _Builder:
    """Takes parser events one by one and keeps data, lines and faults."""

    name: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[tuple[Place, Fault]] = field(default_factory=list)
    begun: bool = False
    stack: list[_Frame] = field(default_factory=list)

    def feed(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events have no types
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.DocumentStartEvent() if self.begun:
                raise self._stop((), line, "only one YAML document is allowed; remove this `---`")
            case yaml.AliasEvent():
                what = f"aliases (*{shown(str(event.anchor))}) aren't allowed: write the value out"
                self._refuse(self._here(), line, what)
                self._add(None, line)
            case yaml.ScalarEvent():
                self._refuse_extras(event, line)
                self._add(self._scalar(event, line), line)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_extras(event, line)
                self._push([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self.stack.pop()

    def _push(self, container: Any, line: int) -> None:  # noqa: ANN401 - a list or a dict
        if len(self.stack) >= MAX_DEPTH:
            raise self._stop((), line, f"is nested more than {MAX_DEPTH} levels deep")
        place = self._here()
        self._add(container, line)
        self.stack.append(_Frame(container, place))

    def _here(self) -> Place:
        """Where the next value goes."""
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.container, list):
            return (*frame.place, len(frame.container))
        return (*frame.place, "?" if frame.key is None else frame.key)

    def _add(self, value: Any, line: int) -> None:  # noqa: ANN401 - any plain data
        frame = self.stack[-1] if self.stack else None
        if frame is None:
            self.data, self.begun = value, True
            self.lines[()] = line
        elif isinstance(frame.container, list):
            self.lines.setdefault(self._here(), line)
            frame.container.append(value)
        elif frame.dropped:
            frame.dropped, frame.key = False, None
        elif frame.key is None:
            self._add_key(frame, value, line)
        else:
            frame.container[frame.key] = value
            frame.key = None

    def _add_key(self, frame: _Frame, key: Any, line: int) -> None:  # noqa: ANN401 - any plain data
        if not isinstance(key, str):
            written = f"'{key}' in quotes" if isinstance(key, int | float) else "a word"
            self._refuse(frame.place, line, f"a key must be text: write {written}")
            frame.dropped = True
        elif key in frame.container:
            first = self.lines[(*frame.place, key)]
            self._refuse((*frame.place, key), line, f"is given twice, first on line {first}")
            frame.key, frame.dropped = key, True
        else:
            frame.key = key
            self.lines.setdefault((*frame.place, key), line)

    def _scalar(self, event: Any, line: int) -> Any:  # noqa: ANN401 - PyYAML's event → plain data
        if event.style:  # quoted, or a block
            return event.value
        try:
            return resolve(event.value)
        except ValueError as error:
            self._refuse(self._here(), line, str(error))
            return None

    def _refuse_extras(self, event: Any, line: int) -> None:  # noqa: ANN401 - PyYAML's events have no types
        if event.anchor is not None:
            what = f"anchors (&{shown(event.anchor)}) aren't allowed: write the value out"
            self._refuse(self._here(), line, what)
        if event.tag is not None and event.tag != "!":
            self._refuse(
                self._here(), line, f"tags ({shown(event.tag)}) aren't allowed: write the plain value"
            )

    def _refuse(self, place: Place, line: int, what: str) -> None:
        fault = Fault(path=self.name, line=line, where=where(place), what=what)
        self.faults.append((place, fault))

    def _stop(self, place: Place, line: int, what: str) -> ProblemError:
        """All faults so far and a last one, after which reading on makes no sense."""
        self._refuse(place, line, what)
        return ProblemError(fault for _, fault in self.faults)


def resolve(text: str) -> bool | int | float | str | None:
    """What a plain scalar stands for in the core schema of YAML 1.2.

    Raises:
        ValueError: an integer of more than MAX_DIGITS digits.
    """
    if _NULL.fullmatch(text):
        return None
    if boolean := _BOOL.fullmatch(text):
        return boolean[1] is not None
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            message = f"a number of more than {MAX_DIGITS} digits isn't allowed"
            raise ValueError(message)
        return int(text, _BASES.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text
