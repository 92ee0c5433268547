import math

import pytest

from judge.reporters.parts.numbers import in_tolerances, magnitude, score_text, seconds_text
from reporters.reports import case, hidden_case


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.001, "<0.01"),
        (0.12, "0.12"),
        (0.999, "0.99"),
        (1.0, "1.00"),
        (1.001, "1.01"),
        (9.994, "9.99"),
        (12.4, "12"),
        (65472.3, "65,472"),
        (1.25e7, "1.2e7"),
        (3e300, "3.0e300"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_a_magnitude_never_reads_as_the_other_side_of_one(value: float, text: str):
    assert magnitude(value) == text


@pytest.mark.parametrize(
    ("error", "tolerance", "text"),
    [(0.0, 0.015625, "0"), (0.5, 0.25, "2.00"), (0.5, 0.0, "inf"), (0.0, 0.0, "0"), (None, None, "-")],
)
def test_an_error_is_told_in_tolerances(error: float | None, tolerance: float | None, text: str):
    assert in_tolerances(case(error=error, tolerance=tolerance)) == text


def test_nothing_is_told_of_a_hidden_case():
    assert in_tolerances(hidden_case()) == "hidden"


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (None, "no score"),
        (1.0, "score 1.00"),
        (0.999, "score 0.99"),
        (0.25, "score 0.25"),
        (0.0, "score 0.00"),
    ],
)
def test_only_a_full_score_reads_as_one(score: float | None, text: str):
    assert score_text(score) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "-"), (0.012, "0.01 s"), (9.5, "9.50 s"), (79.46, "79.5 s")]
)
def test_seconds_have_as_many_decimals_as_say_something(seconds: float | None, text: str):
    assert seconds_text(seconds) == text
