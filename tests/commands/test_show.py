from pathlib import Path

import pytest

from commands.exercises import STATEMENT
from judge.commands.inputs.find_problem import Problems
from judge.commands.show import folded, rendered, statement
from judge.errors import ProblemError, UsageError


def test_the_statement_is_the_file(root: Path):
    assert statement(Problems(root), "demo") == STATEMENT


RUBRIC = """\
rubric:
  cases: [{name: all of them, cases: [small, drawn, secret], points: 10}]
  late: {per_day: 10}
"""


def test_the_rubric_stands_below_the_statement(root: Path):
    with (root / "problems/demo/problem.yaml").open("a") as file:
        file.write(RUBRIC)
    assert statement(Problems(root), "demo") == (
        f"{STATEMENT}\n## Points\n\n"
        "- all of them, 10 points: small, drawn, secret, shared by weight\n"
        "- 10 % of the points are lost for each day begun after the due date\n"
        "- of several attempts the best one counts\n"
    )


def test_faults_of_the_problem_do_not_keep_the_task_from_a_learner(root: Path):
    with (root / "problems/demo/problem.yaml").open("a") as file:
        file.write(RUBRIC.replace("secret, ", "").replace("secret", "nobody"))
    assert statement(Problems(root), "demo") == STATEMENT


def test_a_statement_that_cannot_be_read_is_a_fault_of_the_problem(root: Path):
    (root / "problems/demo/statement.md").write_bytes(b"\xff")
    with pytest.raises(ProblemError, match=r"^problems/demo/statement\.md: can't be read: is not UTF-8$"):
        statement(Problems(root), "demo")
    (root / "problems/demo/statement.md").unlink()
    with pytest.raises(ProblemError, match=r"^problems/demo/statement\.md: can't be read: No such file"):
        statement(Problems(root), "demo")


def test_an_unknown_problem_is_wrong_usage(root: Path):
    with pytest.raises(UsageError, match="Did you mean demo"):
        statement(Problems(root), "demos")


def test_long_prose_is_folded_and_code_and_headings_are_left_alone():
    code = "x = " + "1 + " * 20 + "1"
    markdown = (
        f"# {'title ' * 8}\n\n{'word ' * 9}\n\n- {'item ' * 9}\n1. {'step ' * 9}\n\n```python\n{code}\n```\n"
    )
    assert folded(markdown, 30) == "\n".join(
        [
            f"# {'title ' * 8}",
            "",
            "word word word word word word",
            "word word word",
            "",
            "- item item item item item",
            "  item item item item",
            "1. step step step step step",
            "   step step step step",
            "",
            "```python",
            code,
            "```",
            "",
        ]
    )


def test_on_a_terminal_markdown_is_formatted_within_the_width():
    text = rendered("# Title\n\n" + "some *words* here " * 20, 60)
    assert "\x1b[" in text
    assert "*" not in text
    assert "Title" in text
