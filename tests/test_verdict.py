from itertools import combinations

import pytest

from judge.verdict import Verdict, worst


def test_the_order_of_severity_is_the_contracts() -> None:
    assert list(Verdict) == [
        "judge_error",
        "invalid",
        "time_limit",
        "memory_limit",
        "output_limit",
        "runtime_error",
        "wrong_answer",
        "pitfall",
        "accepted",
    ]


@pytest.mark.parametrize(("first", "second"), list(combinations(list(Verdict)[1:], 2)))
def test_of_two_verdicts_the_more_severe_one_stands(first: Verdict, second: Verdict) -> None:
    assert worst([second, first]) is worst([first, second]) is first


@pytest.mark.parametrize("verdict", Verdict)
def test_a_single_verdict_stands(verdict: Verdict) -> None:
    assert worst(iter([verdict, verdict])) is verdict


@pytest.mark.parametrize("verdict", list(Verdict)[1:-1])
def test_our_own_fault_does_not_hide_the_learners(verdict: Verdict) -> None:
    assert worst([Verdict.JUDGE_ERROR, verdict, Verdict.ACCEPTED]) is verdict


def test_our_own_fault_is_told_when_everything_else_passes() -> None:
    assert worst([Verdict.ACCEPTED, Verdict.JUDGE_ERROR]) is Verdict.JUDGE_ERROR


def test_without_cases_there_is_no_verdict() -> None:
    with pytest.raises(ValueError, match="at least one verdict"):
        worst([])
