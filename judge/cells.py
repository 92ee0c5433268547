"""A notebook's code as one file: which of its lines is which line of which cell."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One code cell.

    Attributes:
        number: among all cells of the notebook, text too, from 1: as Jupyter's and VS Code's outlines count.
        first: the line of the file at which it begins, from 1.
        lines: how many it has.
    """

    number: int
    first: int
    lines: int


Cells = tuple[Cell, ...]


def in_cell(line: int | None, cells: Sequence[Cell]) -> tuple[int, int] | None:
    """The number of the cell and the line in it, from 1; None where a file has no cells, or not this line."""
    if line is None:
        return None
    for cell in cells:
        if cell.first <= line < cell.first + cell.lines:
            return cell.number, line - cell.first + 1
    return None


def line_name(line: int, cells: Sequence[Cell]) -> str:
    """As "line 17"; of a notebook "cell 3, line 5"."""
    place = in_cell(line, cells)
    return f"line {line}" if place is None else f"cell {place[0]}, line {place[1]}"


def line_number(line: int, cells: Sequence[Cell]) -> int:
    """What stands beside a line where it is shown: its number in the file, or in its cell."""
    place = in_cell(line, cells)
    return line if place is None else place[1]


def lines_name(first: int, last: int, cells: Sequence[Cell]) -> str:
    """As "line 17" or "lines 17 to 19"; of a notebook "cell 3, lines 5 to 7"."""
    if last <= first:
        return line_name(first, cells)
    begin, end = in_cell(first, cells), in_cell(last, cells)
    if begin is None or end is None:
        return f"lines {first} to {last}"
    if begin[0] == end[0]:
        return f"cell {begin[0]}, lines {begin[1]} to {end[1]}"
    return f"{line_name(first, cells)} to {line_name(last, cells)}"


def address(name: str, line: int, cells: Sequence[Cell], column: int | None = None) -> str:
    """As "step.py:17:5"; of a notebook "step.ipynb:cell 3:5:5", as ruff writes it."""
    place = in_cell(line, cells)
    where = f"{line}" if place is None else f"cell {place[0]}:{place[1]}"
    return f"{name}:{where}" + ("" if column is None else f":{column}")
