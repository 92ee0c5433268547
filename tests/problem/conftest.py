from pathlib import Path

import pytest

from problem.demo import DEMO, Demo


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    made = Demo(root=tmp_path)
    reference = tmp_path / "reference" / "demo"
    for folder in (made.folder, reference):
        folder.mkdir(parents=True)
    made.file.write_text(DEMO, encoding="utf-8")
    for file in (made.folder / "statement.md", made.folder / "starter.py", reference / "reference.py"):
        file.touch()
    return made
