"""What several cases have to say is said once, and counted."""

import re

from judge.report import CaseResult, SubmissionResult
from judge.reporters.html import HtmlReporter
from judge.reporters.markdown import SHOWN_MESSAGES, MarkdownReporter
from judge.reporters.parts.messages import once
from judge.verdict import Verdict
from reporters.readers import html
from reporters.reports import case, exception, finding, hidden_case, report, wrong_case, wrong_result

RAISED = "ValueError: shapes don't fit (line 5)"


def raised(name: str, message: str = RAISED) -> CaseResult:
    return case(name, Verdict.RUNTIME_ERROR, message=message, expected=None, actual=None, error=None)


def failed(*cases: CaseResult, **fields: object) -> SubmissionResult:
    verdict = Verdict.RUNTIME_ERROR
    return wrong_result(verdict=verdict, message=f"case a: {RAISED}", cases=cases, **fields)


def told(one: SubmissionResult) -> list[str]:
    """The paragraphs of Markdown between the table of cases and what comes after it."""
    text = MarkdownReporter().render(report(one))
    return [
        part.strip() for part in text.split("\n\n") if re.match(r"\*\*[^:]+:\*\*|The same|\.\.\. and", part)
    ]


def listed(one: SubmissionResult) -> list[str]:
    """What a learner's page lists below its cases."""
    page = html(HtmlReporter().render(report(one)))
    return ["".join(item.itertext()) for below in page.iter("ul") for item in below]


def test_equal_exceptions_are_one():
    said = once([raised("a"), case("b"), raised("c"), raised("d", "ValueError: shapes don't fit (line 6)")])
    assert [one.who for one in said] == ["a and 1 more", "d"]


def test_a_page_says_in_how_many_more_cases_it_was_the_same():
    one = failed(raised("a"), raised("b"), raised("c"), hidden_case(), exception=exception())
    assert told(one) == ["The same in 2 more cases."]
    assert listed(one) == []
    assert told(failed(raised("a"), raised("b"))) == ["The same in 1 more case."]
    assert told(failed(raised("a"))) == []


def test_other_exceptions_are_told_beside_it():
    other = "KeyError: 'b' (line 9)"
    one = failed(raised("a"), raised("b", other), raised("c", other))
    assert told(one) == ["**b and 1 more:** KeyError: 'b' (line 9)"]
    assert listed(one) == ["b and 1 more: KeyError: 'b' (line 9)"]


def test_numbers_that_a_finding_explains_are_not_told_again():
    cases = (wrong_case("a", message="off by 3"), wrong_case("b", message="off by 4"), raised("c"))
    assert told(wrong_result(cases=cases)) == [
        "**a:** off by 3",
        "**b:** off by 4",
        f"**c:** {RAISED}",
    ]
    assert told(wrong_result(cases=cases, findings=(finding(),))) == [f"**c:** {RAISED}"]


def test_of_many_a_few_are_told_and_the_others_counted():
    cases = [raised(f"c{number}", f"KeyError: {number}") for number in range(SHOWN_MESSAGES + 3)]
    assert len(told(failed(*cases))) == SHOWN_MESSAGES + 1
    assert told(failed(*cases))[-1] == "... and 3 more."
    assert listed(failed(*cases))[-1] == f"and {len(cases) - 6} more"
