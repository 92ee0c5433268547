import json
from pathlib import Path

import nbformat
import pytest

from commands.exercises import STARTER
from judge.commands.inputs.find_problem import Problems
from judge.commands.new import new_submission
from judge.errors import HarnessError, ProblemError, UsageError
from judge.run.notebook import notebook_code


@pytest.mark.parametrize("name", ["ada", "ada.py"])
def test_the_starter_is_copied_under_the_name(root: Path, name: str):
    path = new_submission(Problems(root), "demo", name)
    assert path == root / "submissions/demo/ada.py"
    assert path.read_text() == STARTER


def cells_of(path: Path) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(path.read_text())["cells"]]


@pytest.mark.parametrize("name", ["ada", "ada.ipynb"])
def test_a_notebook_has_the_lesson_the_starter_and_a_cell_that_judges(root: Path, name: str):
    path = new_submission(Problems(root), "demo", name, notebook=True)
    assert path == root / "submissions/demo/ada.ipynb"
    assert cells_of(path) == [
        ("markdown", (root / "problems/demo/statement.md").read_text().strip()),
        ("code", STARTER.strip()),
        ("code", "%load_ext judge\n%judge demo"),
    ]
    read = notebook_code(path.read_text(), "demo")
    assert (read.source, read.notes) == (f"{STARTER.strip()}\n", ()), "nothing else is the submission"
    nbformat.validate(nbformat.read(path, as_version=4))


def test_the_same_notebook_is_written_each_time(root: Path):
    first, second = (new_submission(Problems(root), "demo", name, notebook=True) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_an_existing_file_is_never_overwritten(root: Path):
    path = new_submission(Problems(root), "demo", "ada")
    path.write_text("mine")
    with pytest.raises(
        UsageError, match="exists already; choose another name: judge new submission demo NAME"
    ):
        new_submission(Problems(root), "demo", "ada")
    assert path.read_text() == "mine"


def test_a_link_to_nowhere_is_not_written_through(root: Path):
    (root / "submissions/demo").mkdir(parents=True)
    (root / "submissions/demo/ada.py").symlink_to(root / "elsewhere.py")
    with pytest.raises(UsageError, match="exists already"):
        new_submission(Problems(root), "demo", "ada")
    assert not (root / "elsewhere.py").exists()


@pytest.mark.parametrize(
    "name", ["", "../ada", "_ada", ".ada", "a/b", "a b", "-x", "ä", "x" * 101, ".py", "a\n"]
)
def test_names_that_would_be_skipped_or_lead_elsewhere_are_refused(root: Path, name: str):
    with pytest.raises(UsageError, match="is no name for a submission"):
        new_submission(Problems(root), "demo", name)
    assert not (root / "submissions").exists()


def test_a_problem_without_a_starter_is_at_fault(root: Path):
    (root / "problems/demo/starter.py").unlink()
    with pytest.raises(ProblemError, match=r"^problems/demo/starter\.py: can't be read"):
        new_submission(Problems(root), "demo", "ada")


def test_a_folder_that_cannot_be_made_is_told(root: Path):
    (root / "submissions").mkdir()
    (root / "submissions/demo").write_text("a file")
    with pytest.raises(HarnessError, match=r"ada\.py can't be written: Not a directory"):
        new_submission(Problems(root), "demo", "ada")
