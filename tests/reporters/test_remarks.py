from judge.finding import Severity
from judge.report import SubmissionResult
from judge.reporters.remarks import raised_at, remarks
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
        ("wrong_answer", "error", None),
        ("unscaled-grads", "warning", 10),
    ]


def test_an_exception_is_told_beside_the_findings_and_at_its_line():
    one = wrong_result(
        verdict=Verdict.RUNTIME_ERROR,
        exception=exception(),
        findings=(finding(),),
        cases=(RAISED, wrong_case()),
    )
    assert told(one) == [("unscaled-grads", "error", 10), ("runtime_error", "error", 5)]


def test_the_line_of_an_exception_is_not_that_of_another_verdict():
    assert raised_at(wrong_result(exception=exception()), Verdict.WRONG_ANSWER) is None
    assert raised_at(wrong_result(exception=exception()), Verdict.RUNTIME_ERROR) == 5
    assert raised_at(wrong_result(), Verdict.RUNTIME_ERROR) is None


def test_an_accepted_submission_has_only_its_warnings():
    assert told(result()) == []
    assert told(result(findings=(finding(severity=Severity.WARNING),))) == [("unscaled-grads", "warning", 10)]


def test_our_own_fault_is_told_whatever_the_verdict():
    broken = case("broken", Verdict.JUDGE_ERROR, message="the reference failed")
    for one in (
        wrong_result(cases=(wrong_case(), broken)),
        result(verdict=Verdict.JUDGE_ERROR, cases=(broken,)),
    ):
        first = remarks(report(one))[0]
        assert (first.rule, first.message) == ("judge_error", "case broken: the reference failed")


def test_of_a_hidden_case_that_is_our_fault_only_fixed_words_are_told():
    hidden = hidden_case("secret")
    broken = case("secret", Verdict.JUDGE_ERROR, message=hidden.message, visibility="hidden")
    (remark,) = remarks(report(result(verdict=Verdict.JUDGE_ERROR, cases=(broken,))))
    assert remark.message == "case secret: a hidden case: it could not be judged, which is not your fault"


def test_the_worst_come_first_and_equals_in_the_order_of_the_run():
    results = [
        wrong_result(submission="a.py"),
        result(submission="b.py", findings=(finding(severity=Severity.WARNING),)),
        wrong_result(submission="c.py", verdict=Verdict.TIME_LIMIT),
        wrong_result(submission="d.py"),
    ]
    names = [remark.result.submission for remark in remarks(report(*results))]
    assert names == ["c.py", "a.py", "d.py", "b.py"]


def test_fact_and_remedy_make_one_paragraph():
    fact, verdict = remarks(report(wrong_result(findings=(finding(),)), wrong_result()))
    assert fact.text == f"{finding().message}. Help: {finding().help}"
    assert verdict.text == wrong_result().message
