"""Code frames: a learner's line with its number and an underline, as rustc and ruff draw them."""

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.table import Table
from rich.text import Text

from judge.cells import Cells, line_number
from judge.reporters.parts.escape import escape
from judge.reporters.parts.source import source_lines

SHOWN_LINES = 6  # of one statement
SHOWN_CALLS = 5  # of one traceback
_TAB = 4

Columns = tuple[int | None, int | None]  # 1-based: the first that is meant, and the one after the last


class Frame:
    """Draws lines of one file into `width` columns; line numbers that the file doesn't have draw nothing.

    Args:
        cells: those of a notebook, whose lines are numbered in each.
    """

    def __init__(
        self, source: str | None, width: int, numbers: Sequence[int | None], cells: Cells = ()
    ) -> None:
        self.lines = () if source is None else source_lines(source)
        self.cells = cells
        self.numbers = [number for number in numbers if number and 0 < number <= len(self.lines)]
        self.gutter = max((len(str(line_number(number, cells))) for number in self.numbers), default=1)
        self.room = max(width - self.gutter - len(" | "), 8)

    def arrow(self, place: str) -> Text:
        """The line that says where: `--> file:17`, without folders where they don't fit."""
        folders, _, name = place.rpartition("/")
        if folders and cell_len(place) > self.room - 1:
            place = f".../{name}"
        return Text.assemble((" " * self.gutter + "--> ", "bold blue"), place, overflow="fold")

    def note(self, label: str, text: str) -> Table:
        """A remark below the frame: `= help: do this`, further lines below its text."""
        grid = Table.grid()
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(
            Text.assemble((" " * self.gutter + " = ", "bold blue"), (f"{label}: ", "bold")), Text(text)
        )
        return grid

    def bar(self, text: str = "", style: str = "") -> Text:
        """A line without a number."""
        return Text.assemble((" " * self.gutter + " | ", "bold blue"), (text, style))

    def underlined(
        self, number: int, mark: str, style: str, label: str = "", columns: Columns = (None, None)
    ) -> Iterator[Text]:
        """One line of the file and `mark` under its code, or under `columns` of it where these are known."""
        column, end = columns
        raw = self.lines[number - 1].rstrip()
        begin = len(raw) - len(raw.lstrip()) if column is None or not 0 < column <= len(raw) else column - 1
        before = _visible(raw[:begin])
        code = _visible(raw)[len(before) :]
        yield self._numbered(number, before + code)
        indent = cell_len(before)
        meant = _without_comment(code)
        if column is not None and begin == column - 1 and end is not None and column < end <= len(raw) + 1:
            meant = _visible(raw[: end - 1])[len(before) :]
        length = min(max(cell_len(meant), 1), self.room - indent)
        if length > 0:
            yield self.bar(" " * indent + mark * length + (f" {label}" if label else ""), style)

    def statement(self, first: int, last: int, style: str) -> Iterator[Text]:
        """Several lines of the file, each marked with `>`, the middle left out when there are many."""
        numbers = [number for number in range(first, last + 1) if number <= len(self.lines)]
        for number in numbers[: SHOWN_LINES - 1]:
            yield self._numbered(number, _visible(self.lines[number - 1].rstrip()), ("> ", style))
        if len(numbers) > SHOWN_LINES:
            yield self.bar("...")
        if len(numbers) >= SHOWN_LINES:
            yield self._numbered(last, _visible(self.lines[last - 1].rstrip()), ("> ", style))

    def _numbered(self, number: int, code: str, mark: tuple[str, str] = ("", "")) -> Text:
        room = self.room - len(mark[0])
        shown = line_number(number, self.cells)
        return Text.assemble((f"{shown:>{self.gutter}} | ", "bold blue"), mark, _cropped(code, room))


def marked(
    frame: Frame, line: int | None, end_line: int | None, columns: Columns, style: str
) -> Iterator[Text]:
    """The frame of one finding, nothing when its line isn't known."""
    if line not in frame.numbers:
        return
    yield frame.bar()
    if end_line is not None and end_line > line:
        yield from frame.statement(line, end_line, style)
        yield frame.bar()
    else:
        yield from frame.underlined(line, "^", style, columns=columns)


def calls(frame: Frame) -> Iterator[Text]:
    """The frame of one exception: the learner's lines from the outermost call to the one that failed."""
    numbers = [
        number for at, number in enumerate(frame.numbers) if at == 0 or frame.numbers[at - 1] != number
    ]
    if not numbers:
        return
    yield frame.bar()
    for at, number in enumerate(numbers[:-1]):
        if at in (0, *range(len(numbers) - SHOWN_CALLS + 1, len(numbers))):
            yield from frame.underlined(number, "-", "blue", "called from here")
        elif at == 1:
            yield frame.bar("...")
    yield from frame.underlined(numbers[-1], "^", "bold red")


def _without_comment(code: str) -> str:
    """A line's code without the comment after it: only code is underlined. A `#` in a string begins none."""
    quoted = re.sub(r"""(["'])(?:\\.|(?!\1).)*\1""", lambda match: "_" * len(match[0]), code)
    return code[: quoted.index("#")].rstrip() if "#" in quoted else code


def _visible(code: str) -> str:
    return escape(code.expandtabs(_TAB))


def _cropped(code: str, room: int) -> str:
    """`code` in at most `room` columns, with dots where it goes on."""
    if cell_len(code) <= room:
        return code
    return chop_cells(code, room - 3)[0] + "..."
