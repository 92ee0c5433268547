from dataclasses import replace
from typing import Any

import pytest

from judge.report import RubricPoints
from judge.rubric import attempt_that_counts
from rubric.rubrics import RUBRIC


@pytest.mark.parametrize(
    ("attempts", "which", "counts"),
    [
        ([50.0, 70.0, 60.0], "best", 1),
        ([70.0, 50.0, 70.0], "best", 0),
        ([None, 0.0, None], "best", 1),
        ([None, None], "best", 1),
        ([50.0, 70.0, 60.0], "last", 2),
        ([50.0, 70.0, None], "last", 1),
        ([None, None], "last", 1),
    ],
)
def test_the_best_attempt_counts_or_the_last(attempts: list[float | None], which: Any, counts: int):
    made = [RubricPoints(earned=one, in_time=one, possible=100) for one in attempts]
    assert attempt_that_counts(replace(RUBRIC, attempts=which), made) == counts


def test_without_an_attempt_none_counts():
    with pytest.raises(ValueError, match="there is no attempt"):
        attempt_that_counts(RUBRIC, [])
