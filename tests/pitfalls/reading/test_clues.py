"""What one detector finds out, others don't find out again."""

from dataclasses import replace

from traced import problem

from judge.flow import unavailable
from judge.pitfalls import Clues


def test_what_is_found_once_is_kept_for_these_clues_alone() -> None:
    asked: list[str] = []

    def first_word(clues: Clues) -> str:
        asked.append(clues.source)
        return clues.source.split()[0]

    clues = Clues(problem=problem(), flow=unavailable("not traced"), source="x = 1\n")
    other = replace(clues, source="y = 1\n")
    assert [clues.once(first_word), clues.once(first_word)] == ["x", "x"]
    assert other.once(first_word) == "y"
    assert asked == ["x = 1\n", "y = 1\n"]


def test_nothing_is_a_finding_too() -> None:
    asked: list[str] = []

    def nothing(clues: Clues) -> None:
        asked.append(clues.source)

    clues = Clues(problem=problem(), flow=unavailable("not traced"))
    assert [clues.once(nothing), clues.once(nothing)] == [None, None]
    assert asked == [""]
