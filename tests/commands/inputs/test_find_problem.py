from pathlib import Path

import pytest

from commands.exercises import make_problem
from judge.commands.inputs.find_problem import Problems, root_folder
from judge.errors import ProblemError, UsageError


def test_the_root_is_the_nearest_folder_with_problems(root: Path, monkeypatch: pytest.MonkeyPatch):
    below = root / "problems" / "demo"
    monkeypatch.chdir(below)
    assert root_folder(None) == root
    assert root_folder(Path("../..")).resolve() == root


def test_a_root_without_problems_is_refused(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UsageError, match=f"^--root {tmp_path}: there is no problems/ folder in it$"):
        root_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"^no problems/ folder in {tmp_path} or above it: change into"):
        root_folder(None)
    assert root_folder(root) == root


def test_a_problem_is_read_once(root: Path):
    problems = Problems(root)
    assert problems.problem("demo").title == "Double it"
    assert problems.problem("demo") is problems.problem("demo")


def test_an_unknown_problem_is_told_with_the_known_ones(root: Path):
    make_problem(root, "other")
    with pytest.raises(UsageError) as raised:
        Problems(root).problem("dem")
    assert str(raised.value) == f"no problem dem in {root}/problems. Did you mean demo? Known: demo, other."


def test_a_broken_problem_is_told_when_it_is_asked_for(root: Path):
    make_problem(root, "broken").joinpath("problem.yaml").write_text("id: 3\n")
    problems = Problems(root)
    assert problems.problem("demo").id == "demo"
    with pytest.raises(ProblemError, match=r"^problems/broken/problem\.yaml"):
        problems.problem("broken")


def test_a_pitfall_that_there_is_not_is_a_fault_of_the_problem(root: Path):
    file = root / "problems" / "demo" / "problem.yaml"
    file.write_text(file.read_text().replace("pitfalls: []", "pitfalls: [stale-los]"))
    with pytest.raises(
        ProblemError, match=r"pitfalls\[0\]: is unknown: 'stale-los'; did you mean `stale-loss`\?"
    ):
        Problems(root).problem("demo")


def test_the_nearest_folder_of_a_problems_name_tells_the_problem(root: Path):
    make_problem(root, "other")
    problems = Problems(root)
    assert problems.name_for(Path("submissions/demo/ada.py")) == "demo"
    assert problems.name_for(Path("submissions/demo/other/team/ada.py")) == "other"


def test_the_only_problem_is_meant_when_no_folder_says_which(root: Path):
    assert Problems(root).name_for(Path("ada.py")) == "demo"
    assert Problems(root).name_for(None) == "demo"


def test_with_several_problems_and_no_folder_the_option_is_named(root: Path):
    make_problem(root, "other")
    with pytest.raises(UsageError) as raised:
        Problems(root).name_for(Path("ada.py"))
    assert str(raised.value) == (
        "ada.py: which problem is this for? Say --problem ID, or put it in submissions/ID/. "
        "Known: demo, other."
    )
    with pytest.raises(UsageError, match=r"^standard input: which problem"):
        Problems(root).name_for(None)


def test_without_any_problem_that_is_said(tmp_path: Path):
    (tmp_path / "problems").mkdir()
    with pytest.raises(UsageError, match=f"^there is no problem in {tmp_path}/problems$"):
        Problems(tmp_path).name_for(None)
