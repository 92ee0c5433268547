import pytest

from judge.report import CaseResult
from judge.reporters.base import disclosed, whole_points, with_exit_code
from judge.verdict import Verdict
from reporters.reports import case, hidden_case, report


def test_a_public_case_is_shown_as_it_is():
    assert disclosed(case()) == case()


def test_of_a_hidden_case_only_name_verdict_and_weight_are_left():
    assert disclosed(hidden_case()) == CaseResult(
        name="secret",
        verdict=Verdict.WRONG_ANSWER,
        visibility="hidden",
        weight=1.0,
        seconds=None,
        message="a hidden case: its data and numbers are not shown",
    )


@pytest.mark.parametrize(
    ("score", "points"), [(None, None), (1.0, 100), (0.999, 99), (0.996, 99), (0.254, 25), (0.0, 0)]
)
def test_only_a_full_score_gives_full_points(score: float | None, points: int | None):
    assert whole_points(score, 100) == points


def test_a_report_can_end_with_another_exit_code():
    assert with_exit_code(report(), 3) == report(exit_code=3)
