from pathlib import Path

import pytest

from commands.exercises import make_problem


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the problem `demo`, and the current one; its user has done nothing yet."""
    folder = tmp_path / "exercises"
    make_problem(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder
