"""The points that a rubric gives."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporters.reports import case, finding, hidden_case, result
from toys import problem

from judge.finding import Finding, Severity
from judge.problem.model import CaseGroup, Late, Rubric
from judge.report import NOT_ENOUGH, CaseResult, LostPoints, RubricPoints, SubmissionResult
from judge.rubric import late, rubric_points, with_rubric
from judge.verdict import Verdict
from rubric.rubrics import RUBRIC

NAMES = ("scaled", "plain", "drawn[0]", "drawn[1]")
OK, WRONG, PITFALL, OURS = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.PITFALL, Verdict.JUDGE_ERROR


def judged(
    *verdicts: Verdict, found: Sequence[Finding] = (), weights: Sequence[float] = (), **fields: Any
) -> SubmissionResult:
    """The four cases with these verdicts; those that aren't given are accepted."""
    given_ones = dict(zip(NAMES, verdicts, strict=False))
    weighed = dict(zip(NAMES, weights, strict=False))
    cases = [case(name, given_ones.get(name, OK), weight=weighed.get(name, 1.0)) for name in NAMES]
    return result(cases=tuple(cases), findings=tuple(found), **fields)


def of(pitfall: str, *cases: str, **fields: Any) -> Finding:
    return finding(pitfall=pitfall, cases=cases, **fields)


def points(one: SubmissionResult, rubric: Rubric = RUBRIC) -> RubricPoints:
    return rubric_points(rubric, one)


def earned(one: SubmissionResult, rubric: Rubric = RUBRIC) -> float | None:
    return points(one, rubric).earned


def groups(one: SubmissionResult) -> list[tuple[float, float]]:
    return [(group.earned, group.possible) for group in points(one).groups]


def test_all_cases_accepted_are_full_marks():
    full = points(judged())
    assert (full.earned, full.in_time, full.possible, full.whole) == (100.0, 100.0, 100, 100)
    assert [(group.name, group.earned, group.possible) for group in full.groups] == [
        ("the basics", 60.0, 60.0),
        ("large ones", 40.0, 40.0),
    ]


def test_a_group_is_shared_by_the_weights_of_its_cases_and_a_name_stands_for_all_repeats():
    assert groups(judged(WRONG, weights=(1, 2))) == [(40.0, 60.0), (40.0, 40.0)]
    assert groups(judged(OK, OK, WRONG, OK, weights=(1, 1, 3, 1))) == [(60.0, 60.0), (10.0, 40.0)]


@pytest.mark.parametrize("verdict", [one for one in Verdict if one not in (OK, OURS)])
def test_a_case_that_fails_without_a_finding_is_lost(verdict: Verdict):
    assert earned(judged(verdict)) == 70


@pytest.mark.parametrize("verdict", [WRONG, PITFALL])
def test_a_price_is_paid_in_place_of_the_cases_that_fail_through_nothing_else(verdict: Verdict):
    one = points(judged(verdict, verdict, verdict, verdict, found=[of("unscaled-grads")]))
    assert (one.earned, one.lost) == (80.0, (LostPoints(pitfall="unscaled-grads", points=20.0),))
    assert all(case.priced for group in one.groups for case in group.cases)


@pytest.mark.parametrize("verdict", [Verdict.RUNTIME_ERROR, Verdict.TIME_LIMIT, Verdict.INVALID])
def test_no_price_buys_a_case_that_gave_no_numbers(verdict: Verdict):
    assert earned(judged(verdict, found=[of("unscaled-grads")])) == 70


def test_each_pitfall_is_paid_once_however_many_findings_there_are():
    twice = [of("unscaled-grads", "scaled", line=1), of("unscaled-grads", "plain", line=2)]
    assert earned(judged(WRONG, WRONG, found=twice)) == 80


def test_a_case_with_a_finding_that_has_no_price_is_lost():
    both = [of("unscaled-grads", "scaled", "plain"), of("stale-loss", "plain")]
    one = points(judged(WRONG, WRONG, found=both))
    assert (one.earned, [lost.points for lost in one.lost]) == (50.0, [20.0])


def test_a_warning_costs_nothing_and_is_no_reason():
    warned = of("unscaled-grads", severity=Severity.WARNING)
    assert earned(judged(WRONG, found=[warned])) == 70
    assert earned(judged(WRONG, found=[of("uncast-inputs"), replace(warned, pitfall="stale-loss")])) == 90


def test_a_price_is_never_worse_than_to_lose_the_cases():
    one = points(judged(OK, OK, WRONG, found=[of("unscaled-grads", "drawn[0]")], weights=(1, 1, 1, 9)))
    assert (one.earned, one.lost) == (96.0, (LostPoints(pitfall="unscaled-grads", points=4.0),))


def test_two_prices_together_are_no_worse_than_to_lose_their_cases():
    dear = replace(RUBRIC, pitfalls={"unscaled-grads": 25, "uncast-inputs": 25})
    one = points(judged(WRONG, found=[of("unscaled-grads", "scaled"), of("uncast-inputs", "scaled")]), dear)
    assert (one.earned, [lost.points for lost in one.lost]) == (70.0, [25.0, 5.0])


def test_the_price_of_a_pitfall_whose_cases_are_lost_anyway_is_not_paid():
    both = [of("unscaled-grads", "scaled"), of("stale-loss", "scaled")]
    one = points(judged(WRONG, found=both))
    assert (one.earned, one.lost) == (70.0, ())
    assert points(judged(Verdict.TIME_LIMIT, found=[of("unscaled-grads", "scaled")])).lost == ()


def test_cases_that_the_judge_is_at_fault_for_are_left_out_and_the_rest_is_scaled():
    one = points(judged(OK, WRONG, OURS, OURS))
    assert (one.earned, one.possible) == (50.0, 100)
    assert [(group.earned, group.possible) for group in one.groups] == [(50.0, 100.0), (0.0, 0.0)]
    assert earned(judged(OK, OK, OURS, OURS)) == 100


def test_a_price_is_not_scaled():
    assert earned(judged(WRONG, WRONG, OURS, OURS, found=[of("unscaled-grads")])) == 80


def test_where_the_judge_is_at_fault_for_all_there_are_no_points():
    one = points(judged(OURS, OURS, OURS, OURS, score=None))
    assert (one.earned, one.whole, one.groups) == (None, None, ())


def test_a_submission_that_cannot_be_run_has_none_of_them():
    one = points(result(verdict=Verdict.INVALID, score=0.0, cases=()))
    assert (one.earned, one.whole, [group.possible for group in one.groups]) == (0.0, 0, [60.0, 40.0])


def test_extra_cases_earn_and_cost_nothing():
    extra = (case("held-back", WRONG), case("held-back[0]", WRONG, weight=9.0))
    full = judged()
    assert points(replace(full, cases=(*full.cases, *extra))) == points(full)
    assert earned(result(cases=extra)) is None


def test_a_part_of_the_cases_is_scaled():
    one = judged(WRONG)
    assert earned(replace(one, cases=one.cases[:2], cases_total=4)) == 50


def test_a_program_that_had_to_be_read_gets_no_points_for_a_price():
    refused = case("scaled", PITFALL, message=f"{NOT_ENOUGH}the program could not be read")
    one = judged(OK, WRONG, found=[of("unscaled-grads")])
    assert earned(replace(one, cases=(refused, *one.cases[1:]))) == 40


def test_of_a_hidden_case_the_points_tell_no_more_than_name_verdict_and_weight():
    rubric = Rubric(groups=(CaseGroup(name="all", cases=("secret",), points=8),))
    told = repr(points(result(cases=(hidden_case(),)), rubric))
    other = replace(hidden_case(), message="other", expected=(1.0,), actual=(2.0,), error=3.0, limit=None)
    assert told == repr(points(result(cases=(other,)), rubric))
    assert "LEAK" not in told


@pytest.mark.parametrize(
    ("days", "percent", "kept"),
    [(-3, 0, 80), (0, 0, 80), (0.01, 10, 72), (1, 10, 72), (1.5, 20, 64), (5, 50, 40), (400, 50, 40)],
)
def test_each_day_begun_costs_its_percent_of_what_was_earned(days: float, percent: float, kept: float):
    in_time = points(judged(WRONG, WRONG, found=[of("unscaled-grads")]))
    one = late(in_time, RUBRIC, days)
    assert (one.late_percent, one.earned, one.in_time) == (percent, kept, 80)
    assert late(one, RUBRIC, 0) == in_time


def test_lateness_costs_nothing_where_the_rubric_does_not_say_so():
    assert earned(judged()) == late(points(judged()), replace(RUBRIC, late=None), 3).earned == 100
    nothing = points(judged(OURS, OURS, OURS, OURS, score=None))
    assert late(nothing, RUBRIC, 3).earned is None


def test_a_result_gets_its_points_anew_from_another_rubric():
    ruled = problem(points=100, rubric=RUBRIC)
    one = with_rubric(judged(WRONG), ruled)
    assert (one.rubric, one.points) == (late(points(judged(WRONG)), RUBRIC, 0), 100)
    other = Rubric(groups=(CaseGroup(name="all", cases=("scaled", "plain", "drawn"), points=8),))
    again = with_rubric(one, replace(ruled, points=8, rubric=other))
    assert again == with_rubric(judged(WRONG), replace(ruled, points=8, rubric=other))
    assert (again.rubric is not None and again.rubric.earned, again.points) == (6.0, 8)
    late_one = with_rubric(one, ruled, days_late=2)
    assert late_one.rubric is not None
    assert late_one.rubric.earned == 56
    assert (late_one.score, late_one.verdict, late_one.cases) == (one.score, one.verdict, one.cases)


def test_a_problem_without_a_rubric_takes_it_away():
    ruled = with_rubric(judged(), problem(points=100, rubric=RUBRIC))
    assert with_rubric(ruled, problem(points=20)) == judged(points=20)


PITFALLS = ("unscaled-grads", "uncast-inputs", "stale-loss")
WEIGHTS = st.floats(1e-6, 1e6) | st.integers(1, 9).map(float)
CASES = st.tuples(*(st.tuples(st.sampled_from([*Verdict]), WEIGHTS) for _ in NAMES))
FINDINGS = st.lists(
    st.builds(
        lambda pitfall, cases, severity: of(pitfall, *cases, severity=severity),
        st.sampled_from(PITFALLS),
        st.lists(st.sampled_from(NAMES), unique=True, max_size=3),
        st.sampled_from([*Severity, Severity.ERROR]),
    ),
    max_size=4,
)
RUBRICS = st.builds(
    lambda first, second, prices: Rubric(
        groups=(
            CaseGroup(name="a", cases=("scaled", "plain"), points=first),
            CaseGroup(name="b", cases=("drawn",), points=second),
        ),
        pitfalls=prices,
        late=Late(per_day=7, at_most=90),
    ),
    st.integers(1, 1000),
    st.integers(1, 1000),
    st.dictionaries(st.sampled_from(PITFALLS), st.integers(1, 1500)),
)


def drawn(cases: Sequence[tuple[Verdict, float]], found: Sequence[Finding]) -> SubmissionResult:
    verdicts, weights = zip(*cases, strict=True)
    return judged(*verdicts, weights=weights, found=found)


def passing(one: CaseResult) -> CaseResult:
    return replace(one, verdict=OK)


@given(RUBRICS, CASES, FINDINGS, st.integers(0, 20))
def test_points_are_between_nothing_and_full_marks_which_only_accepted_cases_give(
    rubric: Rubric, cases: Any, found: list[Finding], days: int
):
    one = points(drawn(cases, found), rubric)
    counted = {verdict for verdict, _ in cases} - {OURS}
    assert (one.earned is None) == (not counted)
    if one.earned is not None:
        assert 0 <= one.earned <= one.possible
        assert (one.earned == one.possible) == (one.whole == one.possible) == (counted == {OK})
        delayed = late(one, rubric, days)
        assert delayed.earned is not None
        assert 0 <= delayed.earned <= one.earned


@given(RUBRICS, CASES, FINDINGS, st.integers(0, 3))
def test_one_case_more_that_is_accepted_never_lowers_the_points(
    rubric: Rubric, cases: Any, found: list[Finding], which: int
):
    before = drawn(cases, found)
    after = replace(
        before, cases=tuple(passing(one) if at == which else one for at, one in enumerate(before.cases))
    )
    assert (earned(after, rubric) or 0.0) >= (earned(before, rubric) or 0.0)


@given(RUBRICS, CASES, FINDINGS)
def test_prices_never_give_less_than_to_lose_the_cases(rubric: Rubric, cases: Any, found: list[Finding]):
    one = drawn(cases, found)
    assert (earned(one, rubric) or 0.0) >= (earned(one, replace(rubric, pitfalls={})) or 0.0)


@given(RUBRICS, CASES, FINDINGS)
def test_the_parts_add_up(rubric: Rubric, cases: Any, found: list[Finding]):
    one = points(drawn(cases, found), rubric)
    if one.earned is not None:
        made = sum(group.earned for group in one.groups) - sum(lost.points for lost in one.lost)
        assert one.earned == pytest.approx(made, abs=1e-6)
        assert sum(group.possible for group in one.groups) == pytest.approx(one.possible)
        for group in one.groups:
            assert group.earned == pytest.approx(sum(case.earned for case in group.cases))
            assert group.possible == pytest.approx(sum(case.possible for case in group.cases))
