"""A notebook → the Python file that its code cells make; nothing is run, outputs aren't looked at."""

import __future__

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from judge.cells import Cell, Cells, line_name
from judge.errors import MissingExtra
from judge.paths import install_advice

NOTEBOOK_BYTES = 16 << 20  # pictures among its outputs included
SUFFIX = ".ipynb"
SKIP = "judge-skip"  # the tag of a cell that is no part of the submission
INSTEAD = "pass  # "  # so that an `if` around it is whole, and what was written is still seen
SHOWN = 3  # lines that are left out, of which each is told
SHOWN_CHARACTERS = 60
PYTHON_MAGICS = {"capture", "judge", "prun", "time"}  # run the cell they begin, in the notebook's own names
LOOKED_AT = 1000  # characters of a line, after which nothing becomes a command any more
MOST_CELLS = 2000
MOST_CODE = 1 << 20  # characters
MAJOR = 4  # the format since 2015
WITH_IDS = 5  # the minor version since which cells have ids
KINDS = ("code", "markdown", "raw")
MESSAGE_CHARACTERS = 200
_VERSION = ("nbformat", "nbformat_minor")
_SAVE = "open it in Jupyter and save it anew"
_CELL_MAGIC = re.compile(r"%%(\w*)")
_OWN = re.compile(r"\s*%%?(?:load_ext\s+|reload_ext\s+)?judge\b")
_COMMAND = re.compile(r"(?:[\w.,\[\] \t()*]+=[ \t]*)?(?:%{1,2}[A-Za-z_]|!)|\?{1,2}[\w*]")
_HELP = re.compile(r"%{0,2}[\w.*]+\?{1,2}\s*$")
_FEATURE = f"(?:{'|'.join(__future__.all_feature_names)})"
_FUTURE = re.compile(rf"from +__future__ +import +({_FEATURE}(?: *, *{_FEATURE})*) *(?:#.*)?$")
_TOKEN = re.compile(
    r"""(?P<triple>\"{3}|'{3})|(?P<text>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)|(?P<comment>\#)"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])"""
)


class NotANotebook(Exception):
    """What keeps a notebook from being read, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookCode:
    """The file that a notebook makes.

    Attributes:
        notes: sentences about what was left out.
    """

    source: str
    cells: Cells
    notes: tuple[str, ...]


def check_readable() -> None:
    """Look whether what reads notebooks is there.

    Raises:
        MissingExtra: it isn't.
    """
    if find_spec("nbformat") is None:
        raise MissingExtra(f"notebooks need nbformat. Install it with: {install_advice('notebook')}")


def notebook_code(text: str, entry_point: str) -> NotebookCode:
    """The code cells in their order, with an empty line after each.

    Cells are left out that are tagged `judge-skip`, or begin with a magic for what isn't this notebook's
    Python. So are single commands of IPython (`%magic`, `!shell`, `name?`): in their place stands `pass`,
    with what was written as its comment. Imports from `__future__`, which any cell may have, come first.

    Args:
        entry_point: the function that is asked for.

    Raises:
        NotANotebook: it is none, or has no code. MissingExtra: nothing is installed that reads it.
    """
    check_readable()
    parts: list[str] = []
    cells: list[Cell] = []
    left_out: list[str] = []
    futures: list[str] = []
    first = 1
    for number, cell in enumerate(_cells(text), start=1):
        if cell["cell_type"] != "code" or SKIP in cell["metadata"].get("tags", ()):
            continue
        lines = re.split(r"\r\n|\r|\n", cell["source"])
        magic = _other_magic(lines)
        if magic is not None:
            left_out.append(f"cell {number}: {magic}")
            continue
        made = Cell(number=number, first=first, lines=len(lines))
        for at in _commands(lines):
            future = _FUTURE.match(lines[at])
            if future is not None:
                futures += re.findall(r"\w+", future[1])
            elif not _OWN.match(lines[at]):
                left_out.append(f"{line_name(first + at, (made,))}: {_shown(lines[at])}")
            lines[at] = f"{_indent(lines[at])}{INSTEAD}{lines[at].strip()}"
        parts.append("\n".join(lines))
        cells.append(made)
        first += len(lines) + 1
    if not any(part.strip() for part in parts):
        raise NotANotebook(
            "the notebook has no code that can be judged: what is to be judged stands in code cells "
            f"without the tag {SKIP}"
        )
    if futures:
        parts.insert(0, f"from __future__ import {', '.join(dict.fromkeys(futures))}")
        cells = [replace(cell, first=cell.first + 2) for cell in cells]
    source = "\n\n".join(parts) + "\n"
    _check_text(source, cells)
    notes = (*_left_out(left_out), *_several(entry_point, source, cells))
    return NotebookCode(source=source, cells=tuple(cells), notes=notes)


def _check_text(source: str, cells: Sequence[Cell]) -> None:
    """Whether this can be written to a file.

    Raises:
        NotANotebook: it can't.
    """
    try:
        source.encode("utf-8")
    except UnicodeEncodeError as error:
        place = line_name(source[: error.start].count("\n") + 1, cells)
        raise NotANotebook(f"{place} has half of a character, which is no text: delete it") from None


def _cells(text: str) -> Sequence[Mapping[str, Any]]:
    """All cells of a notebook that is one; what they put out is dropped before anything looks at it."""
    from nbformat.reader import NotJSONError, parse_json  # noqa: PLC0415 -- an extra
    from nbformat.validator import iter_validate  # noqa: PLC0415 -- as above

    try:
        read = parse_json(text)
    except (NotJSONError, RecursionError) as error:
        place = "" if error.__cause__ is None else f": {' '.join(str(error.__cause__).split())}"
        raise NotANotebook(f"the notebook can't be read, since it is no JSON{place}; {_SAVE}") from None
    if not isinstance(read, dict) or not all(isinstance(read.get(name), int) for name in _VERSION):
        raise NotANotebook(
            f"this is JSON, but no notebook: it doesn't say its {' and '.join(_VERSION)}; {_SAVE}"
        )
    if read["nbformat"] != MAJOR:
        raise NotANotebook(f"the notebook has the format {read['nbformat']}, not {MAJOR}; {_SAVE}")
    _lighten(read)
    try:
        fault = next(iter_validate(read, relax_add_props=True), None)
        told = None if fault is None else _told(fault, read)
    except RecursionError:
        told = "it is nested too deeply"
    if told is not None:
        raise NotANotebook(f"this is no notebook of format {MAJOR}: {told}; {_SAVE}")
    return [{**cell, "source": "".join(cell["source"])} for cell in read["cells"]]


def _lighten(read: dict[str, Any]) -> None:
    """Leave of a notebook what is judged by: to validate all that a hostile one may have takes minutes.

    Raises:
        NotANotebook: it has more than anybody writes.
    """
    cells = read["cells"] if isinstance(read.get("cells"), list) else []
    if len(cells) > MOST_CELLS:
        raise NotANotebook(f"the notebook has {len(cells)} cells, and may have {MOST_CELLS}")
    if isinstance(read.get("metadata"), dict):
        read["metadata"] = {}
    size = 0
    for number, cell in enumerate(cells):
        if not isinstance(cell, dict):
            continue
        if isinstance(cell.get("source"), list) and all(isinstance(part, str) for part in cell["source"]):
            cell["source"] = "".join(cell["source"])
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"] = {
                name: cell["metadata"][name] for name in ("tags",) if name in cell["metadata"]
            }
        if read["nbformat_minor"] >= WITH_IDS:
            cell.setdefault("id", f"cell-{number}")  # Jupyter forgives it, too
        cell.pop("attachments", None)
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
            size += len(cell["source"]) if isinstance(cell.get("source"), str) else 0
    if size > MOST_CODE:
        raise NotANotebook(f"the code of the notebook is larger than {MOST_CODE // 1024} KiB")


def _told(fault: Any, read: Mapping[str, Any]) -> str:  # noqa: ANN401 -- one of nbformat's errors
    """What is wrong, and where: nbformat doesn't say in which cell, since each may be of several forms."""
    from nbformat.validator import iter_validate  # noqa: PLC0415 -- an extra

    version = {"version": MAJOR, "version_minor": read["nbformat_minor"], "relax_add_props": True}
    cells = read.get("cells")
    place = ".".join(map(str, fault.path))
    for number, cell in enumerate(cells if isinstance(cells, list) else (), start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if kind not in KINDS or next(iter_validate(cell, ref=f"{kind}_cell", **version), None) is not None:
            place = f"cell {number}" + (f", {place}" if place and kind in KINDS else "")
            break
    message = " ".join(str(fault.message).split())[:MESSAGE_CHARACTERS]
    return f"{place}: {message}" if place else message


def _other_magic(lines: Sequence[str]) -> str | None:
    """The magic a cell begins with, where what follows it isn't this notebook's Python."""
    begin = next((line for line in lines if line.strip()), "")
    magic = _CELL_MAGIC.match(begin)
    return _shown(begin) if magic is not None and magic[1] not in PYTHON_MAGICS else None


def _commands(lines: Sequence[str]) -> Iterator[int]:
    """The lines that are commands of IPython, or for the beginning of a file: where a statement could begin.

    Not those in texts and brackets.
    """
    state = _State()
    in_command = False
    for at, line in enumerate(lines):
        begin = line.lstrip()[:LOOKED_AT]
        if in_command or (state.at_statement and (_COMMAND.match(begin) or _HELP.match(begin))):
            in_command = line.rstrip().endswith("\\")
            yield at
        elif state.at_statement and _FUTURE.match(line):
            yield at
        else:
            state.read(line)


@dataclass(slots=True)
class _State:
    """How far a program was read, as far as it tells where statements begin."""

    quote: str = ""  # of the text of several lines that isn't over
    depth: int = 0  # of brackets
    continued: bool = False

    @property
    def at_statement(self) -> bool:
        return not self.quote and self.depth <= 0 and not self.continued

    def read(self, line: str) -> None:
        at = 0
        self.continued = False
        while at < len(line):
            if self.quote:
                end = re.compile(rf"(?:\\.|(?!{self.quote})[^\\])*(?:{self.quote})?").match(line, at)
                at = len(line) if end is None or end.end() == at else end.end()
                self.quote = "" if end is not None and end[0].endswith(self.quote) else self.quote
                continue
            token = _TOKEN.search(line, at)
            if token is None:
                break
            at = token.end()
            if token.lastgroup == "comment":
                return
            if token.lastgroup == "triple":
                self.quote = token[0]
            self.depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        self.continued = not self.quote and line.endswith("\\")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shown(line: str) -> str:
    text = line.strip()
    return f"`{text if len(text) <= SHOWN_CHARACTERS else f'{text[:SHOWN_CHARACTERS]}...'}`"


def _left_out(left_out: Sequence[str]) -> tuple[str, ...]:
    """What was left out, the first few told each."""
    if not left_out:
        return ()
    more = f"; and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
    return (f"left out, since only a notebook knows it: {'; '.join(left_out[:SHOWN])}{more}",)


def _several(entry_point: str, source: str, cells: Sequence[Cell]) -> Iterator[str]:
    """Where the entry point is defined, if that isn't one place."""
    name = re.escape(entry_point)
    form = re.compile(rf"(?:async[ \t]+)?def[ \t]+{name}\b|{name}[ \t]*(?::[^=]*)?=(?!=)")
    found = [number for number, line in enumerate(source.split("\n"), start=1) if form.match(line)]
    if len(found) > 1:
        *others, last = dict.fromkeys(line_name(number, cells) for number in found)
        named = [*others[:SHOWN], *([f"{len(others) - SHOWN} more places"] if len(others) > SHOWN else [])]
        yield f"{entry_point} is defined in {'; '.join(named)} and in {last}: the last one counts"
