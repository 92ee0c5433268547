"""The code of a notebook, or of a session, as one file: which of its lines is which line of which cell."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One code cell, or a part of one.

    Attributes:
        number: among all cells of the notebook, text too, from 1: as Jupyter's and VS Code's outlines count.
            Of a session's cells: as they were run.
        first: the line of the file at which it begins, from 1.
        lines: how many it has.
        begin: the line of the cell at which the part begins.
        ran: it is a session's, as `In [3]`.
    """

    number: int
    first: int
    lines: int
    begin: int = 1
    ran: bool = False

    @property
    def name(self) -> str:
        """As "cell 3" or "In [3]"."""
        return f"In [{self.number}]" if self.ran else f"cell {self.number}"


Cells = tuple[Cell, ...]


def in_cell(line: int | None, cells: Sequence[Cell]) -> tuple[int, int] | None:
    """The number of the cell and the line in it, from 1; None where a file has no cells, or not this line."""
    found = _at(line, cells)
    return None if found is None else (found[0].number, found[1])


def heading(line: int, cells: Sequence[Cell]) -> str:
    """The name of the cell that begins with this line, or goes on there after another one; else empty."""
    before = 0
    for cell in cells:
        if cell.first == line:
            return cell.name if cell.number != before else ""
        before = cell.number
    return ""


def short_name(line: int, cells: Sequence[Cell]) -> str:
    """As "line 17"; where there is little room, of a notebook "cell 3:5", of a session "In [3]:5"."""
    place = _at(line, cells)
    return f"line {line}" if place is None else f"{place[0].name}:{place[1]}"


def _at(line: int | None, cells: Sequence[Cell]) -> tuple[Cell, int] | None:
    """The cell and the line in it, from 1."""
    if line is None:
        return None
    for cell in cells:
        if cell.first <= line < cell.first + cell.lines:
            return cell, line - cell.first + cell.begin
    return None


def line_name(line: int, cells: Sequence[Cell]) -> str:
    """As "line 17"; of a notebook "cell 3, line 5", of a session "In [3], line 5"."""
    place = _at(line, cells)
    return f"line {line}" if place is None else f"{place[0].name}, line {place[1]}"


def line_number(line: int, cells: Sequence[Cell]) -> int:
    """What stands beside a line where it is shown: its number in the file, or in its cell."""
    place = in_cell(line, cells)
    return line if place is None else place[1]


def lines_name(first: int, last: int, cells: Sequence[Cell]) -> str:
    """As "line 17" or "lines 17 to 19"; of a notebook "cell 3, lines 5 to 7"."""
    if last <= first:
        return line_name(first, cells)
    begin, end = _at(first, cells), _at(last, cells)
    if begin is None or end is None:
        return f"lines {first} to {last}"
    if begin[0] == end[0]:
        return f"{begin[0].name}, lines {begin[1]} to {end[1]}"
    return f"{line_name(first, cells)} to {line_name(last, cells)}"


def address(name: str, line: int, cells: Sequence[Cell], column: int | None = None) -> str:
    """As "step.py:17:5"; of a notebook "step.ipynb:cell 3:5:5", as ruff writes it.

    Of a session it is "In [3]:5:5".
    """
    place = _at(line, cells)
    where = f"{name}:{line}"
    if place is not None:
        where = f"{'' if place[0].ran else f'{name}:'}{place[0].name}:{place[1]}"
    return where if column is None else f"{where}:{column}"
