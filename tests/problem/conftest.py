from pathlib import Path

import pytest

from problem.demo import Demo, written


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return written(tmp_path)
