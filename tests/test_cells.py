"""Lines of a notebook are told by cell and line, those of a file as ever."""

import pytest

from judge.cells import Cell, address, heading, in_cell, line_name, line_number, lines_name, short_name

CELLS = (Cell(number=3, first=1, lines=4), Cell(number=5, first=6, lines=2))


@pytest.mark.parametrize(
    ("line", "place"),
    [(1, (3, 1)), (4, (3, 4)), (5, None), (6, (5, 1)), (7, (5, 2)), (8, None), (None, None)],
)
def test_a_line_is_in_its_cell_or_in_none(line: int | None, place: tuple[int, int] | None) -> None:
    assert in_cell(line, CELLS) == place


@pytest.mark.parametrize(
    ("cells", "line", "name", "number", "place"),
    [
        ((), 7, "line 7", 7, "a.py:7:2"),
        (CELLS, 7, "cell 5, line 2", 2, "a.py:cell 5:2:2"),
        (CELLS, 5, "line 5", 5, "a.py:5:2"),
    ],
)
def test_a_line_has_a_name_a_number_and_an_address(
    cells: tuple[Cell, ...], line: int, name: str, number: int, place: str
) -> None:
    assert (line_name(line, cells), line_number(line, cells)) == (name, number)
    assert address("a.py", line, cells, 2) == place


@pytest.mark.parametrize(
    ("cells", "first", "last", "name"),
    [
        ((), 2, 2, "line 2"),
        ((), 2, 4, "lines 2 to 4"),
        (CELLS, 2, 2, "cell 3, line 2"),
        (CELLS, 2, 4, "cell 3, lines 2 to 4"),
        (CELLS, 4, 6, "cell 3, line 4 to cell 5, line 1"),
        (CELLS, 4, 5, "lines 4 to 5"),
    ],
)
def test_several_lines_are_named_together(cells: tuple[Cell, ...], first: int, last: int, name: str) -> None:
    assert lines_name(first, last, cells) == name


def test_lines_of_a_session_are_named_as_it_names_its_cells() -> None:
    cells = (Cell(number=4, first=1, lines=3, begin=7, ran=True), Cell(number=2, first=6, lines=1, ran=True))
    assert [line_name(line, cells) for line in (2, 6)] == ["In [4], line 8", "In [2], line 1"]
    assert lines_name(1, 3, cells) == "In [4], lines 7 to 9"
    assert lines_name(3, 6, cells) == "In [4], line 9 to In [2], line 1"
    assert address("step", 2, cells, 5) == "In [4]:8:5"
    assert [line for line in range(8) if heading(line, cells)] == [1, 6]
    assert heading(6, cells) == "In [2]"
    assert short_name(2, cells) == "In [4]:8"
    assert short_name(2, ()) == "line 2"


def test_parts_of_one_cell_have_one_heading() -> None:
    cells = tuple(Cell(number=number, first=at, lines=1) for at, number in enumerate((3, 3, 5, 3), start=1))
    assert [heading(line, cells) for line in range(1, 6)] == ["cell 3", "", "cell 5", "cell 3", ""]
