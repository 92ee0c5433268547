"""Where what a finding means begins and ends: an expression where it is known, else the statement."""

import pytest
from traced import problem

from judge.finding import Finding
from judge.flow import unavailable
from judge.flow.program import Frame
from judge.pitfalls import Clues

SOURCE = """\
grads = {n: (g
    / scale).astype(half) for n, g in grads.items()}; ok = 1
größe = step(
    model,
    x.astype("größe"), y)
for batch in batches:
    run(batch)
"""


def of(where: Frame | int | None) -> Finding:
    clues = Clues(problem=problem(), flow=unavailable("not traced"), source=SOURCE)
    return clues.finding("stale-loss", where, "fact", "remedy")


def region(where: Frame | int | None) -> tuple[int | None, int | None, int | None, int | None]:
    one = of(where)
    return one.line, one.end_line, one.column, one.end_column


def text_of(one: Finding) -> str:
    """What a reader finds there."""
    assert None not in (one.line, one.end_line, one.column, one.end_column)
    lines = SOURCE.splitlines()[one.line - 1 : one.end_line]
    lines[-1] = lines[-1][: one.end_column - 1]
    lines[0] = lines[0][one.column - 1 :]
    return "\n".join(lines)


def frame(line: int, end_line: int, column: int, end_column: int) -> Frame:
    return Frame(line=line, end_line=end_line, column=column, end_column=end_column, function="step")


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (frame(5, 5, 4, 23), 'x.astype("größe")'),  # a line within a statement of several; counted in bytes
        (frame(1, 2, 13, 11), "g\n    / scale"),  # two lines of it
        (frame(1, 2, 8, 52), SOURCE[8 : SOURCE.index(";")]),
        (frame(3, 5, 10, 27), 'step(\n    model,\n    x.astype("größe"), y)'),
        (frame(2, 2, 54, 60), "ok = 1"),
    ],
)
def test_an_expression_ends_where_it_ends_and_not_where_its_statement_does(where: Frame, text: str):
    assert text_of(of(where)) == text


def test_without_an_expression_the_statement_is_meant_and_no_columns_are_told():
    assert region(3) == (3, 5, None, None)
    assert region(2) == (2, 2, None, None)
    assert region(6) == (6, 6, None, None)  # a loop is more than its line
    assert region(None) == (None, None, None, None)


@pytest.mark.parametrize(
    "where",
    [
        frame(3, 3, 10, 99),  # beyond the line
        frame(3, 9, 10, 2),  # beyond the file
        frame(3, 3, 10, 10),  # nothing
        frame(3, 2, 10, 12),  # backwards
        frame(3, 3, 99, 99),
    ],
)
def test_columns_that_cannot_be_right_are_left_out(where: Frame):
    assert region(where) == (3, 5, None, None)
