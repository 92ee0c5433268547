"""Each id: at a marked line in the corpus, in three styles of the matrix, and not in what nearly has it."""

import pytest
from corpus_reading import CORPUS, expectation
from matrix.cells import Cell, right, sample
from matrix.mistakes import MISTAKES
from traced import problem

ENOUGH = 3
WRONG = [expectation(path) for path in sorted((CORPUS / "wrong").glob("*.py"))]
every_id = pytest.mark.parametrize("name", problem().pitfalls)


def hits(name: str) -> list[Cell]:
    return [cell for cell in sample() if MISTAKES[cell.mistakes[0]].ids[:1] == (name,)]


@every_id
def test_an_id_is_owed_at_a_marked_line_in_three_files_of_the_corpus(name):
    owed = [one for one in WRONG if frozenset({name}) in one.findings and one.marks.get(name)]
    assert len(owed) >= ENOUGH


@every_id
def test_an_id_is_found_in_three_styles_each_time_at_lines_that_are_named(name):
    assert len({cell.style for cell in hits(name)}) >= ENOUGH
    for cell in hits(name):
        mistake = MISTAKES[cell.mistakes[0]]
        places = mistake.at or [slot.rstrip("?") for slot in mistake.slots]
        assert any(cell.written().lines.get(place) for place in places), cell.name


@every_id
def test_an_id_has_a_near_miss_that_differs_in_a_few_lines_and_must_have_no_finding(name):
    for cell in hits(name):
        near = Cell(style=cell.style)
        assert near in right()
        wrong, fine = cell.written().text.splitlines(), near.written().text.splitlines()
        assert 1 <= len(set(wrong) - set(fine)) <= ENOUGH + 1, cell.name
