import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.reporters.parts.rubric_text import account, amount, points_line, points_text, rules
from reporters.reports import result
from reporters.samples import RUBRIC, by_rubric, mixed, ruled


@pytest.mark.parametrize(
    ("points", "full", "text"),
    [
        (60.0, 60.0, "60"),
        (0.0, 60.0, "0"),
        (31.666666, None, "31.67"),
        (31.5, 40.0, "31.5"),
        (59.9999, 60.0, "59.99"),
        (42.857142, 42.857142, "42.86"),
        (1e6, None, "1000000"),
    ],
)
def test_points_have_two_decimals_at_most(points: float, full: float | None, text: str):
    assert amount(points, full) == text


@given(st.floats(0, 1000), st.floats(0.1, 1000))
def test_all_of_what_is_possible_is_said_of_no_less(points: float, full: float):
    assert (amount(points, full) == amount(full)) <= (points >= full)


def test_a_result_without_a_rubric_has_nothing_to_tell():
    assert (points_text(result()), points_line(result()), account(result())) == ("", "", "")
    assert rules(mixed().results) == {}


def test_rules_are_told_by_problem():
    other = ruled(result(problem="other"))
    assert list(rules((*by_rubric().results, other))) == ["demo", "other"]


def test_a_submission_that_cannot_be_run_has_nothing_of_all():
    assert points_line(by_rubric().results[1]) == "0 of 100 points: the basics 0 of 60, hidden 0 of 40"
    assert points_line(ruled(by_rubric().results[2], RUBRIC, days=3)).endswith("late -30 %")
