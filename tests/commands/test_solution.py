import re
from pathlib import Path

import pytest

from commands.exercises import RIGHT
from judge.commands.inputs.find_problem import Problems
from judge.commands.parts.learner_record import Record, record
from judge.commands.solution import solution
from judge.errors import ProblemError, UsageError
from judge.problem.model import Problem

ROOT = Path(__file__).parents[2]
EXERCISE = "mixed_precision_step"
CODE = f"```python\n{RIGHT.strip()}\n```\n"


@pytest.fixture
def problem(root: Path) -> Problem:
    return Problems(root).problem("demo")


def test_before_a_file_is_accepted_it_is_refused_and_the_ways_on_are_named(problem: Problem, root: Path):
    record("demo", Record(hints=2))
    with pytest.raises(UsageError) as told:
        solution(problem, root, give_up=False)
    assert str(told.value) == (
        "no file of yours has been accepted on all cases of demo yet. `judge hint demo` gives a hint; "
        "`judge solution demo --give-up` shows the reference all the same."
    )


def test_who_gives_up_sees_the_reference(problem: Problem, root: Path):
    assert solution(problem, root, give_up=True) == f"# The reference of demo\n\n{CODE}"


def test_after_an_accepted_run_it_is_shown_with_its_reasons(problem: Problem, root: Path):
    record("demo", Record(accepted="ab", when="2026-01-02T03:04:05+00:00"))
    (problem.reference / "reasons.md").write_text("## Why\n\nBecause.\n")
    said = "A file of yours was accepted on 2026-01-02."
    assert solution(problem, root, give_up=False) == (
        f"# The reference of demo\n\n{said}\n\n{CODE}\n## Why\n\nBecause.\n"
    )


def test_what_cannot_be_read_is_a_fault_of_the_problem(problem: Problem, root: Path):
    (problem.reference / "reasons.md").write_bytes(b"\xff")
    with pytest.raises(ProblemError, match=r"^reference/demo/reasons\.md: can't be read: is not UTF-8$"):
        solution(problem, root, give_up=True)


def test_the_reasons_of_the_exercise_quote_the_reference():
    problem = Problems(ROOT).problem(EXERCISE)
    shown = solution(problem, ROOT, give_up=True)
    reference = (problem.reference / "reference.py").read_text()
    assert f"```python\n{reference.strip()}\n```" in shown
    reasons = shown.rpartition("```")[2]
    assert max(map(len, reasons.splitlines())) <= 80
    told, _, others = reasons.partition("There are other right ways")
    quoted = [code for code in re.findall(r"`(.+?)`", told) if code != "model.kernel"]
    assert len(quoted) > 10
    assert [code for code in quoted if code not in reference] == []
    assert "initial_weights" in others
