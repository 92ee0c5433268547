from pathlib import Path

import pytest
from store.conftest import *  # noqa: F403 -- the same stores as the store's own tests
from store.courses import Course, right, wrong

from commands.exercises import make_problem


@pytest.fixture(autouse=True)
def _problems_are_there(root: Path) -> None:
    """What a store has results of is at hand as it is today."""
    make_problem(root, "other")


@pytest.fixture
def course(store_url: str) -> Course:
    """Three runs: Ada hands in anew each time, Bob once; Cyd is there in the first alone."""
    made = Course(store_url)
    made.run(
        {"submissions/demo/ada.py": wrong("1"), "submissions/demo/bob.py": right("9"), "cyd.py": wrong("5")}
    )
    made.run({"submissions/demo/ada.py": right("2"), "submissions/demo/bob.py": right("9")})
    made.run(
        {
            "submissions/demo/ada.py": wrong("3", score=0.5),
            "submissions/demo/bob.py": right("9"),
            "submissions/other/ada.py": right("7", problem="other"),
        },
        entropy=7,
    )
    return made
