"""The commands that tell, as they are called."""

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from commands.exercises import RIGHT, WRONG, make_files
from judge.cli import main


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def completed(*arguments: str) -> list[str]:
    *before, last = arguments
    found = ShellComplete(main, {}, "judge", "_JUDGE_COMPLETE").get_completions(list(before), last)
    return [item.value for item in found]


@pytest.mark.usefixtures("root")
def test_a_public_case_is_shown_as_code_alone():
    shown = call("show", "demo", "--case", "small")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("# Case small of demo, with entropy 0.\n")
    compile(shown.stdout, "case.py", "exec")


@pytest.mark.usefixtures("root")
def test_a_hidden_case_is_wrong_usage():
    shown = call("show", "demo", "--case", "secret")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == (
        "error: --case secret: this case is hidden, and told by name and verdict only. "
        "Public cases: small, drawn[0], drawn[1].\n"
    )


@pytest.mark.usefixtures("root")
def test_cases_of_random_entropy_cannot_be_shown():
    shown = call("show", "demo", "--case", "drawn", "--entropy", "random")
    assert shown.exit_code == 2
    assert "name the number that the report has" in shown.stderr


def test_public_cases_are_completed(root: Path):
    assert completed("show", "demo", "--case", "") == ["small", "drawn[0]", "drawn[1]"]
    assert completed("show", "demo", "--case", "d") == ["drawn[0]", "drawn[1]"]
    assert completed("show", "dema", "--case", "") == []
    (root / "problems/demo/problem.yaml").write_text("id: [")
    assert completed("show", "demo", "--case", "") == []


@pytest.mark.usefixtures("root")
def test_hints_come_one_a_call():
    assert [call("hint", "demo").stdout.splitlines()[0] for _ in range(3)] == [
        "## Hint 1 of 2: Look at the name",
        "## Hint 2 of 2: Two ways",
        "All 2 hints of demo have been shown.",
    ]
    assert call("hint", "demo", "--again").stdout.startswith("## Hint 2 of 2")
    assert call("hint", "demo", "--all").stdout.count("## Hint ") == 2
    assert call("hint", "demo", "--reset").stdout.startswith("## Hint 1 of 2")


@pytest.mark.more
@pytest.mark.usefixtures("root")
def test_the_solution_is_there_after_an_accepted_run_and_not_before():
    make_files(Path(), "ada.py", "bob.py", content=RIGHT)
    make_files(Path(), "bob.py", content=WRONG)
    asked = ("--problem", "demo", "--format", "csv")
    before = call("solution", "demo")
    assert (before.exit_code, before.stdout) == (2, "")
    assert call("run", "bob.py", *asked).exit_code == 1
    assert call("run", "ada.py", "--case", "small", *asked).exit_code == 0
    assert call("solution", "demo").exit_code == 2
    assert call("solution", "demo", "--give-up").exit_code == 0
    assert call("run", "ada.py", *asked).exit_code == 0
    shown = call("solution", "demo")
    assert shown.exit_code == 0
    assert RIGHT in shown.stdout


@pytest.mark.parametrize("command", ["show", "hint", "solution"])
def test_an_unknown_problem_is_wrong_usage_and_a_near_one_is_offered(command: str, root: Path):
    shown = call(command, "dem")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == f"error: no problem dem in {root}/problems. Did you mean demo? Known: demo.\n"
    assert completed(command, "") == ["demo"]
