import re
from dataclasses import replace
from pathlib import Path

import pytest

from judge.commands.hint import Which, hint
from judge.commands.inputs.find_problem import Problems
from judge.commands.parts.learner_record import Record, record, recorded
from judge.problem.model import Problem

ROOT = Path(__file__).parents[2]
EXERCISE = "mixed_precision_step"
FIRST = "## Hint 1 of 2: Look at the name\n\nIt says what to do.\n"
SECOND = "## Hint 2 of 2: Two ways\n\nAdd it to itself, or multiply.\n"
BEYOND = """\
- `judge explain`: a page for each mistake
- `judge solution demo --give-up`: the reference
"""


@pytest.fixture
def problem(root: Path) -> Problem:
    return Problems(root).problem("demo")


def taken(problem: Problem, *asked: Which) -> list[str]:
    return [hint(problem, which, pytest.fail) for which in asked]


def test_each_call_gives_the_next_hint_and_says_what_can_be_done_after_it(problem: Problem):
    first, second, beyond = taken(problem, "next", "next", "next")
    assert first == f"{FIRST}\n- `judge hint demo`: the next one\n- `judge hint demo --again`: this one\n"
    assert second == f"{SECOND}\nThat was the last one.\n\n{BEYOND}"
    assert beyond == (
        "All 2 hints of demo have been shown.\n\n"
        "- `judge hint demo --all`: all of them once more\n"
        f"- `judge hint demo --reset`: the first one again\n{BEYOND}"
    )
    assert taken(problem, "next") == [beyond]


def test_the_last_one_can_be_had_again_and_all_anew(problem: Problem):
    first, again = taken(problem, "next", "again")
    assert again == first
    second, again, anew, after = taken(problem, "next", "again", "reset", "next")
    assert again == second
    assert (anew, after) == (first, second)


def test_again_before_the_first_one_is_the_first_one(problem: Problem):
    assert taken(problem, "again", "next")[0].startswith(FIRST)
    assert recorded("demo").hints == 2


def test_all_are_shown_without_being_counted(problem: Problem):
    assert taken(problem, "all") == [f"{FIRST}\n{SECOND}"]
    assert recorded("demo").hints == 0


def test_hints_that_are_gone_since_dont_matter(problem: Problem):
    record("demo", Record(hints=9))
    assert taken(problem, "again")[0].startswith(SECOND)


def test_a_problem_without_hints_says_so(problem: Problem):
    assert taken(replace(problem, hints=()), "next", "all") == ["There are no hints for demo.\n"] * 2


def test_where_nothing_can_be_kept_a_hint_is_shown_all_the_same(
    problem: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    notes: list[str] = []
    assert hint(problem, "next", notes.append).startswith(FIRST)
    assert notes == [
        "which hints were shown can't be kept (Not a directory): `judge hint demo --all` shows them all"
    ]


def test_the_hints_of_the_exercise_are_prose_and_give_away_no_line_of_a_solution():
    hints = Problems(ROOT).problem(EXERCISE).hints
    text = "\n".join(one.text for one in hints)
    assert len(hints) >= 6
    assert "```" not in text
    assert max(map(len, text.splitlines())) <= 80
    sources = [ROOT / "reference" / EXERCISE / "reference.py", *(ROOT / "tests/pitfalls/pages").glob("*.py")]
    lines = {line.strip() for path in sources for line in path.read_text().splitlines()}
    plain = re.sub(r"\s+", " ", text)
    assert [line for line in lines if len(line) > 20 and line in plain] == []
