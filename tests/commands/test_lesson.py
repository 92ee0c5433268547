"""The commands that tell, as they are called."""

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

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
