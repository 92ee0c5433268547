import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.finding import Severity
from judge.report import SubmissionResult
from judge.reporters.parts.remarks import remarks, worst
from judge.verdict import Verdict
from reporters.reports import case, exception, finding, hidden_case, report, result, wrong_case, wrong_result

RAISED = case(
    "generic", Verdict.RUNTIME_ERROR, message="ValueError: shapes don't fit", expected=None, actual=None
)


def told(*results: SubmissionResult) -> list[tuple[str, str, int | None]]:
    return [(remark.rule, str(remark.severity), remark.line) for remark in remarks(report(*results))]


def test_a_finding_explains_a_wrong_answer():
    assert told(wrong_result(findings=(finding(),))) == [("unscaled-grads", "error", 10)]


def test_a_warning_explains_nothing():
    warning = finding(severity=Severity.WARNING)
    assert told(wrong_result(findings=(warning,))) == [
        ("unscaled-grads", "warning", 10),
        ("wrong_answer", "error", None),
    ]


def test_an_exception_is_told_beside_the_findings_and_at_its_line():
    one = wrong_result(
        verdict=Verdict.RUNTIME_ERROR,
        line=5,
        exception=exception(),
        findings=(finding(),),
        cases=(RAISED, wrong_case()),
    )
    assert told(one) == [("unscaled-grads", "error", 10), ("runtime_error", "error", 5)]


def test_the_line_of_a_verdict_is_its_own_and_not_that_of_an_exception_in_some_case():
    assert told(wrong_result(exception=exception())) == [("wrong_answer", "error", None)]
    assert told(wrong_result(line=10)) == [("wrong_answer", "error", 10)]
    assert told(wrong_result(line=5, findings=(finding(),))) == [("unscaled-grads", "error", 10)]


def test_our_own_fault_is_at_no_line():
    broken = case("broken", Verdict.JUDGE_ERROR, message="the reference failed")
    assert told(wrong_result(line=5, cases=(wrong_case(), broken))) == [
        ("judge_error", "error", None),
        ("wrong_answer", "error", 5),
    ]


def test_an_accepted_submission_has_only_its_warnings():
    assert told(result()) == []
    assert told(result(findings=(finding(severity=Severity.WARNING),))) == [("unscaled-grads", "warning", 10)]


def test_our_own_fault_is_told_whatever_the_verdict():
    broken = case("broken", Verdict.JUDGE_ERROR, message="the reference failed")
    for one in (
        wrong_result(cases=(wrong_case(), broken)),
        result(verdict=Verdict.JUDGE_ERROR, cases=(broken,)),
    ):
        first = next(remarks(report(one)))
        assert (first.rule, first.message) == ("judge_error", "case broken: the reference failed")


def test_of_a_hidden_case_that_is_our_fault_only_fixed_words_are_told():
    hidden = hidden_case("secret")
    broken = case("secret", Verdict.JUDGE_ERROR, message=hidden.message, visibility="hidden")
    (remark,) = remarks(report(result(verdict=Verdict.JUDGE_ERROR, cases=(broken,))))
    assert remark.message == "case secret: a hidden case: it could not be judged, which is not your fault"


@pytest.mark.parametrize(
    ("count", "errors", "warnings", "left"),
    [
        (9, ["c.py", "a.py", "d.py", "e.py"], ["b.py"], 0),
        (2, ["c.py", "a.py"], ["b.py"], 2),
        (1, ["c.py"], ["b.py"], 3),
    ],
)
def test_of_each_level_the_worst_are_kept_and_equals_in_the_order_of_the_run(
    count: int, errors: list[str], warnings: list[str], left: int
):
    results = [
        wrong_result(submission="a.py"),
        result(submission="b.py", findings=(finding(severity=Severity.WARNING),)),
        wrong_result(submission="c.py", verdict=Verdict.TIME_LIMIT),
        wrong_result(submission="d.py"),
        wrong_result(submission="e.py"),
    ]
    levels, more = worst(remarks(report(*results)), count)
    found = {severity: [remark.submission for remark in level] for severity, level in levels.items()}
    assert found == {Severity.ERROR: errors, Severity.WARNING: warnings}
    assert more == left


@given(st.lists(st.sampled_from([*Verdict][1:-1]), max_size=60), st.integers(1, 8))
def test_the_worst_of_any_class_are_those_of_a_stable_sort(verdicts: list[Verdict], count: int):
    results = [wrong_result(submission=str(n), verdict=verdict) for n, verdict in enumerate(verdicts)]
    levels, left = worst(remarks(report(*results)), count)
    sorted_all = sorted(remarks(report(*results)), key=lambda remark: [*Verdict].index(remark.verdict))
    assert levels[Severity.ERROR] == sorted_all[:count]
    assert left == max(len(results) - count, 0)


def test_fact_and_remedy_make_one_paragraph():
    fact, verdict = remarks(report(wrong_result(findings=(finding(),)), wrong_result()))
    assert fact.text == f"{finding().message}. Help: {finding().help}"
    assert verdict.text == wrong_result().message
