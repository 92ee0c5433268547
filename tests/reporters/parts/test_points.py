from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.problem.model import CaseGroup, Late, Rubric
from judge.report import CaseResult
from judge.reporters.base import whole_points
from judge.reporters.parts.points import Share, apportioned, shares
from judge.verdict import Verdict
from reporters.reports import case, finding, result
from reporters.samples import ruled

VERDICTS = st.sampled_from([Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.JUDGE_ERROR])
CASES = st.lists(
    st.builds(case, st.just("c"), VERDICTS, weight=st.floats(0, 100, allow_subnormal=False)), max_size=9
)


def graded(cases: list[CaseResult], **fields: Any) -> Any:
    counted = [one for one in cases if one.verdict is not Verdict.JUDGE_ERROR]
    whole = sum(one.weight for one in counted)
    won = sum(one.weight for one in counted if one.verdict is Verdict.ACCEPTED)
    return result(cases=tuple(cases), score=won / whole if whole else None, **fields)


@given(CASES, st.integers(1, 1000))
def test_the_parts_add_up_to_the_score_and_to_the_points(cases: list[CaseResult], points: int):
    one = graded(cases, points=points)
    parts = shares(one)
    assert len(parts) == len(cases)
    assert all(part.earned in (0, part.possible) for part in parts)
    if one.score is not None:
        assert sum(part.earned for part in parts) == whole_points(one.score, points)
        assert sum(part.possible for part in parts) == points
    else:
        assert parts == tuple(Share(earned=0, possible=0) for _ in cases)


@given(CASES)
def test_a_case_that_is_our_fault_is_worth_nothing_and_one_that_fails_earns_nothing(cases: list[CaseResult]):
    for one, part in zip(cases, shares(graded(cases)), strict=True):
        assert one.verdict is not Verdict.JUDGE_ERROR or part == Share(earned=0, possible=0)
        assert one.verdict is Verdict.ACCEPTED or part.earned == 0


def test_only_a_full_score_gives_full_points():
    cases = [*(case(str(number)) for number in range(999)), case("last", Verdict.WRONG_ANSWER)]
    assert sum(part.earned for part in shares(graded(cases))) == 99


NAMED = st.lists(st.tuples(VERDICTS, st.floats(1e-3, 1e3), st.booleans()), min_size=1, max_size=9)


@given(NAMED, st.integers(1, 1000), st.integers(1, 2000), st.integers(0, 12))
def test_by_a_rubric_they_add_up_as_well(drawn: Any, points: int, price: int, days: int):
    cases = [case(f"c{number}", verdict, weight=weight) for number, (verdict, weight, _) in enumerate(drawn)]
    named = tuple(one.name for one, (_, _, found) in zip(cases, drawn, strict=True) if found)
    rubric = Rubric(
        groups=(CaseGroup(name="all", cases=tuple(one.name for one in cases[1:]) or ("c0",), points=points),),
        pitfalls={"unscaled-grads": price},
        late=Late(per_day=9),
    )
    one = ruled(graded(cases, findings=(finding(cases=named),) if named else ()), rubric, days=days)
    parts = shares(one)
    assert one.rubric is not None
    if one.rubric.whole is None:
        assert parts == tuple(Share(earned=0, possible=0) for _ in cases)
    else:
        assert sum(part.earned for part in parts) == one.rubric.whole
        assert sum(part.possible for part in parts) == points
        assert all(0 <= part.earned <= part.possible for part in parts)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(100, [1, 1, 1], (34, 33, 33)), (1, [1, 2, 1], (0, 1, 0)), (10, [0, 0], (0, 0)), (5, [], ())],
)
def test_what_is_left_goes_to_the_largest_remainders(
    total: int, weights: list[float], parts: tuple[int, ...]
):
    assert apportioned(total, weights) == parts
