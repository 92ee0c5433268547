import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporters.classes import WARNING, small_class
from reporters.reports import Anew, case, exception, finding, hidden_case, result, wrong_case, wrong_result

from judge.finding import Severity
from judge.report import FlowFact, SubmissionResult
from judge.stats import counting
from judge.stats.counting import GROUPS, NAMES, SLOWEST, alike, statistics
from judge.stats.record import (
    Alike,
    CaseCount,
    ClassStatistics,
    PitfallCount,
    ProblemStatistics,
    Scores,
    Slow,
)
from judge.verdict import Verdict


def only(*results: SubmissionResult) -> ProblemStatistics:
    (problem,) = statistics(results).problems
    return problem


def test_a_whole_class():
    found = only(*small_class())
    groups, slowest = found.groups, found.slowest
    assert replace(found, groups=(), slowest=()) == ProblemStatistics(
        problem="demo",
        submissions=7,
        verdicts={
            Verdict.JUDGE_ERROR: 1,
            Verdict.INVALID: 1,
            Verdict.TIME_LIMIT: 1,
            Verdict.WRONG_ANSWER: 1,
            Verdict.PITFALL: 1,
            Verdict.ACCEPTED: 2,
        },
        scores=Scores(bins=(2, 0, 0, 0, 0, 2, 0, 0, 0, 0), full=2, without=1, median=0.5, mean=0.5),
        partly_right=2,
        judge_at_fault=1,
        not_read=0,
        in_part=0,
        pitfalls=(
            PitfallCount(pitfall="full-precision-loss", errors=0, warnings=2),
            PitfallCount(pitfall="unscaled-grads", errors=1, warnings=0),
        ),
        cases=(
            CaseCount(
                name="generic", visibility="public",
                accepted=4, pitfall=0, failed=1, judge_error=1, caught_alone=0,
            ),
            CaseCount(
                name="scaled", visibility="public",
                accepted=2, pitfall=1, failed=2, judge_error=1, caught_alone=2,
            ),
        ),
        groups=(),
        in_other_groups=0,
        slowest=(),
        exceptions=(("SyntaxError", 1),),
    )  # fmt: skip
    assert [(one.number, one.names, one.submissions, one.cases) for one in groups] == [
        (1, ("dan.py",), 1, (Verdict.ACCEPTED, Verdict.WRONG_ANSWER)),
        (2, ("gil.py",), 1, (Verdict.JUDGE_ERROR, Verdict.JUDGE_ERROR)),
        (3, ("fay.py",), 1, (None, None)),
        (4, ("eve.py",), 1, (Verdict.TIME_LIMIT, Verdict.TIME_LIMIT)),
        (5, ("cyd.py",), 1, (Verdict.ACCEPTED, Verdict.PITFALL)),
        (6, ("bob.py",), 1, (Verdict.ACCEPTED, Verdict.ACCEPTED)),
    ]
    assert groups[4].alike == Alike(
        Verdict.PITFALL,
        ("unscaled-grads",),
        ("full-precision-loss",),
        "",
        (("generic", Verdict.ACCEPTED), ("scaled", Verdict.PITFALL)),
    )
    assert slowest[0] == Slow(submission="eve.py", verdict=Verdict.TIME_LIMIT, seconds=20.5, limits=("wall",))
    assert [one.submission for one in slowest] == [
        "eve.py", "cyd.py", "dan.py", "fay.py", "bob.py", "ada.py", "gil.py",
    ]  # fmt: skip
    assert (found.accepted, found.accepted_share, found.did_not_run) == (2, 2 / 7, 2)


def test_nobody_is_no_problem_and_no_submission():
    assert statistics(()) == ClassStatistics(problems=())
    assert statistics(()).submissions == 0


def test_problems_are_counted_apart_in_the_order_in_which_they_come():
    found = statistics([result(problem="two"), result(problem="one"), wrong_result(problem="two")])
    assert [(one.problem, one.submissions, one.accepted) for one in found.problems] == [
        ("two", 2, 1),
        ("one", 1, 1),
    ]
    assert found.submissions == 3


@pytest.mark.parametrize(
    ("score", "place"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.1 * 3, 3), (0.7, 7), (0.95, 9), (1 - 1e-12, 9)]
)
def test_a_score_is_counted_where_it_begins_and_only_a_full_one_as_full(score: float, place: int):
    scores = only(result(score=score)).scores
    assert [at for at, count in enumerate(scores.bins) if count] == [place]
    assert (scores.full, only(result(score=1.0)).scores.full) == (0, 1)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1))))
def test_every_submission_is_counted_once_in_the_scores(scores: list[float | None]):
    for problem in statistics(result(score=score) for score in scores).problems:
        found = problem.scores
        assert sum(found.bins) + found.full + found.without == len(scores)
        assert (found.median is None) == (found.without == len(scores)) == (found.mean is None)


def test_a_pitfall_that_is_an_error_once_is_no_warning_of_that_submission():
    both = (finding(severity=Severity.WARNING), finding())
    assert only(wrong_result(findings=both), result(findings=(replace(WARNING),))).pitfalls == (
        PitfallCount(pitfall="unscaled-grads", errors=1, warnings=0),
        PitfallCount(pitfall="full-precision-loss", errors=0, warnings=1),
    )


def test_unexplained_wrong_answers_come_before_larger_groups_and_accepted_ones_last():
    explained = [wrong_result(submission=f"{number}.py", findings=(finding(),)) for number in range(9)]
    noted = [result(findings=(WARNING,)) for _ in range(20)]
    warned = wrong_result(submission="warned.py", findings=(WARNING,))
    groups = only(*noted, *explained, warned, wrong_result(), wrong_result()).groups
    assert [(one.submissions, one.alike.errors, one.alike.is_unexplained) for one in groups] == [
        (2, (), True),
        (1, (), True),
        (9, ("unscaled-grads",), False),
        (20, (), False),
    ]
    assert groups[2].names == tuple(f"{number}.py" for number in range(NAMES))


def test_the_line_and_the_wording_of_a_finding_make_no_group_of_their_own():
    one, other = (wrong_result(findings=(finding(line=line, message=str(line)),)) for line in (3, 4))
    assert alike(one) == alike(other)
    assert alike(one) != alike(replace(one, findings=()))
    assert alike(one) != alike(replace(one, cases=one.cases[:1]))
    assert alike(replace(one, exception=exception(type="A"))) != alike(
        replace(one, exception=exception(type="B"))
    )


def test_an_accepted_submission_without_a_finding_is_in_no_group():
    assert alike(result()) is None
    assert only(result()).groups == ()


def test_a_case_that_only_some_were_judged_on_is_none_for_the_others():
    first = wrong_result(cases=(wrong_case("a"),))
    second = wrong_result(cases=(wrong_case("b"),), cases_total=3)
    found = only(first, second)
    assert [one.cases for one in found.groups] == [
        (Verdict.WRONG_ANSWER, None),
        (None, Verdict.WRONG_ANSWER),
    ]
    assert (found.in_part, found.not_read) == (1, 0)


def test_of_a_hidden_case_only_the_verdict_is_read():
    found = only(wrong_result(cases=(case(), hidden_case())))
    assert found.cases[1].visibility == "hidden"
    assert found.slowest[0].limits == ()


def test_programs_that_could_not_be_read_are_counted():
    assert only(result(flow=FlowFact(available=False, reason="too large")), result()).not_read == 1


def test_a_case_that_the_judge_failed_at_is_its_fault_whatever_the_others_say():
    ours = case("ours", Verdict.JUDGE_ERROR)
    found = only(wrong_result(cases=(wrong_case(), ours)))
    assert (found.judge_at_fault, found.cases[0].caught_alone, found.cases[1].failed) == (1, 1, 0)


def test_a_class_of_any_size_takes_little_memory_and_what_is_left_out_is_counted(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(counting, "KEPT", 150)

    def each(number: int) -> SubmissionResult:
        raised = exception(type=f"Error{number}" + "x" * 1000)
        return wrong_result(submission=f"{number}.py", exception=raised, seconds=float(number))

    tracemalloc.start()
    (found,) = statistics(Anew(500, each)).problems
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20
    assert len(found.groups) == GROUPS
    assert found.in_other_groups == 500 - GROUPS
    assert [one.submission for one in found.slowest] == [f"{499 - at}.py" for at in range(SLOWEST)]
    assert {len(name) for name, _ in found.exceptions} == {80}
