from pathlib import Path

import pytest

from judge.commands.authors.new_problem import new_problem
from judge.commands.explain import names
from judge.errors import HarnessError, UsageError
from judge.problem.load import load_problem


def test_a_problem_is_written_that_can_be_read(tmp_path: Path):
    files = new_problem(tmp_path, "my-mse")
    problem = load_problem(tmp_path, tmp_path / "problems/my-mse", names())
    assert (problem.id, problem.entry_point) == ("my-mse", "my_mse")
    assert all(path.is_file() and path.suffix in {".py", ".md", ".yaml"} for path in files)
    assert not any(word in path.read_text() for path in files for word in ("PROBLEM_ID", "ENTRY_POINT"))


def test_what_exists_is_never_touched(tmp_path: Path):
    (tmp_path / "reference/my-mse").mkdir(parents=True)
    with pytest.raises(UsageError, match="reference/my-mse exists already; choose another name"):
        new_problem(tmp_path, "my-mse")
    assert not (tmp_path / "problems").exists()


@pytest.mark.parametrize("name", ["", "../x", "_x", "1x", "a b", "a/b", "a\n", "x" * 65])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str):
    with pytest.raises(UsageError, match="is no name for a problem"):
        new_problem(tmp_path, name)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "reference").write_text("a file")
    with pytest.raises(HarnessError, match=r"can't be written: Not a directory"):
        new_problem(tmp_path, "my-mse")
