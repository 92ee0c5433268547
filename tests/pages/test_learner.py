"""A learner's page as a whole."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporters.reports import (
    case,
    exception,
    finding,
    hidden_case,
    report,
    result,
    worst_result,
    wrong_case,
    wrong_result,
)
from reporters.samples import HOSTILE, RUBRIC, by_rubric, every, hostile

from judge.evidence import Capture, ExceptionFact
from judge.finding import Severity
from judge.pages.document import document, pieces
from judge.pages.learner import STYLE, learner_fragment, learner_page
from judge.report import FlowFact, SubmissionResult
from judge.reporters.base import View
from judge.rubric import rule
from judge.verdict import Verdict
from pages.flows import traced
from pages.reading import broken_links, html, oddities, words

VIEW = View(now=datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC))
HEAD = report().head
RESULTS = [traced(), *(one for of in every() for one in of.results)]


def text(of: SubmissionResult) -> str:
    return "".join(pieces(learner_page(of, HEAD, VIEW)))


def read(of: SubmissionResult) -> Any:
    return html(text(of))


def headings(of: SubmissionResult) -> list[str]:
    return [words(element) for element in read(of).iter() if element.tag in {"h1", "h2"}]


def test_a_page_goes_from_what_is_to_be_done_to_what_is_only_to_be_known():
    one = traced(
        exception=exception(), capture=Capture(stdout="hello\n"), findings=(finding(), finding(line=None))
    )
    assert headings(one) == [
        "ada.py",
        "What to fix",
        "The exception",
        "How far off each case is",
        "How large the values are",
        "Your file, line by line",
        "What it printed",
        "What was judged with what",
    ]


def test_the_first_that_is_seen_is_verdict_score_and_what_to_fix():
    told = f"unscaled-grads (line 10): {finding().message}"
    body = read(traced(message=told)).find("body")
    assert words(body.find("header")) == "demoada.py✗ wrong_answer · score 0.25 · 1 of 3 cases pass"
    assert words(body.find("main")).startswith(
        "What to fixline 10 unscaled-grads: grads still carries the factor loss_scale when the optimizer "
        "gets it "
        "divide grads by loss_scale before the updateHow far off each case is"
    )


def test_an_accepted_submission_has_nothing_to_fix():
    assert headings(result()) == [
        "ada.py", "How far off each case is", "Your file, line by line", "What was judged with what",
    ]  # fmt: skip
    assert "the case passes" in words(read(result()))


def test_what_only_warns_could_be_better():
    assert "What could be better" in headings(result(findings=(finding(severity=Severity.WARNING),)))


def test_what_is_our_fault_is_nobodys_to_fix():
    broken = case("generic", Verdict.JUDGE_ERROR, error=None)
    one = result(verdict=Verdict.JUDGE_ERROR, score=None, cases=(broken,), message="the reference failed")
    assert "not your fault and costs no points" in words(read(one))
    assert "no score" in words(read(one))
    assert "What to fix" not in headings(one)


def test_a_part_of_the_cases_is_no_grade():
    assert "1 of 3 cases: not a grade" in words(read(result(cases_total=3)))


def test_a_file_that_is_no_text_has_a_page_too():
    one = result(verdict=Verdict.INVALID, source=None, cases=(), findings=(finding(),), message="not UTF-8")
    page = read(one)
    assert "The file isn't text in UTF-8, so it can't be shown." in words(page)
    assert words(page).count("divide grads by loss_scale before the update") == 2
    assert broken_links(page) == []


def test_a_program_that_could_not_be_read_says_why():
    one = result(flow=FlowFact(available=False, reason="it calls back"))
    assert (
        "What each value is computed inNot read: the program could not be read, so that only its numbers "
        "were judged: it calls back"
    ) in words(read(one))


def test_further_cases_say_what_they_have_to_say_once():
    late = [case(name, Verdict.TIME_LIMIT, message="took longer", error=None) for name in ("b", "c")]
    one = result(verdict=Verdict.TIME_LIMIT, message="case a: too much was printed", cases=(case(), *late))
    assert "b and 1 more: took longer" in words(read(one))


@pytest.mark.parametrize("of", RESULTS)
def test_every_link_leads_somewhere(of: SubmissionResult):
    assert broken_links(read(of)) == []


@pytest.mark.parametrize("of", RESULTS)
def test_a_page_has_one_heading_of_the_first_level_and_runs_nothing(of: SubmissionResult):
    page = read(of)
    assert [element.tag for element in page.iter() if element.tag in {"h1", "script"}] == ["h1"]
    assert "style-src &#39;sha256-" in text(of)


@pytest.mark.parametrize("hostile_text", HOSTILE)
def test_no_text_becomes_an_element_or_an_attribute(hostile_text: str):
    (one,) = hostile(hostile_text).results
    page = read(one)
    assert list(oddities(page)) == []
    assert broken_links(page) == []


@settings(max_examples=30)  # each is a page to be parsed
@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_neither_does_any_text(hostile_text: str):
    (one,) = hostile(f"x{hostile_text}").results
    assert list(oddities(read(one))) == []


def test_oddities_are_seen():
    page = html("<!doctype html><title>t</title><p onclick='x'><b id='a&lt;b'>x</b><em>y</em>")
    assert list(oddities(page)) == [("p", "onclick", "x"), ("b", "id", "a<b"), ("em", "", "")]


def test_a_hidden_case_tells_its_verdict_alone():
    page = text(wrong_result(cases=(hidden_case(),)))
    assert "hidden: wrong_answer" in page
    assert not [secret for secret in ("LEAK", "123456", "654321", "77.1", "4567", "987654") if secret in page]


def test_a_page_stays_small_whatever_it_is_of():
    noise = "".join(f"x{number} = '{number}' * 10  # \t<&>\n" for number in range(9000))
    findings = tuple(finding(line=number, end_line=number + 30, cases=()) for number in range(1, 4000))
    cases = tuple(wrong_case(f"case-{number}" * 20, message=f"{number}" * 99) for number in range(64))
    one = traced(
        source=noise[: 256 << 10],
        findings=findings,
        cases=cases,
        exception=ExceptionFact(type="E" * 9999, message="m\n" * 99_999, lines=tuple(range(1, 999))),
        capture=Capture(stdout="x" * 65536, stderr="\n" * 65536),
    )
    page = text(one)
    assert len(page) < 1 << 20
    links, ids = (set(re.findall(pattern, page)) for pattern in ('href="#([^"]+)"', 'id="([^"]+)"'))
    assert links <= ids
    assert "and 3939 more" in page


def test_a_page_of_a_usual_submission_is_small():
    assert len(text(traced()).encode()) < 20 << 10


def test_many_pages_fit_into_one():
    fragments = [
        learner_fragment(one, number) for number, one in enumerate((traced(), worst_result()), start=1)
    ]
    page = html("".join(pieces(document("t", header="", main=fragments, footer="", styles=(STYLE,)))))
    assert [article.get("id") for article in page.iter("article")] == ["s1", "s2"]
    assert broken_links(page) == []
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert all(re.match(r"s[12](-|$)", one) for one in ids)
    assert next(words(one) for one in page.iter("h3")) == "What to fix"


def test_a_fragment_leaves_the_run_to_the_page_around_it():
    told = str(learner_fragment(traced(), 1))
    assert "a" * 64 in told
    assert "entropy" not in told


def test_points_by_a_rubric_come_with_what_they_are_made_of_and_the_rule():
    one = by_rubric().results[0]
    page = read(one)
    (outcome,) = [words(part) for part in page.iter("p") if part.get("class") == "outcome"]
    assert "32 of 100 points" in outcome
    assert "score" not in outcome
    assert "The points" in headings(one)
    items = [words(part) for part in page.iter("li")]
    assert [item for item in items if item in rule(RUBRIC)] == list(rule(RUBRIC))
