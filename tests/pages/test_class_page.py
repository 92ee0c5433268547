"""The page of a class: what is in it, that it is whole without a script, and how large it becomes."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporters.classes import member, small_class
from reporters.readers import html
from reporters.reports import WORST, Anew, exception, finding, report, result, wrong_case, wrong_result
from reporters.samples import HOSTILE, RUBRIC, by_rubric, every

from judge.pages.class_page import class_file, class_index
from judge.pages.document import pieces
from judge.report import Report, SubmissionResult
from judge.reporters.base import View
from judge.rubric import rule
from judge.verdict import Verdict
from pages.class_parts.counted import table, words
from pages.reading import broken_links

VIEW = View(now=datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC))


def link(number: int, _result: SubmissionResult) -> str:
    return f"submissions/{number:04}.html"


def index(of: Report) -> str:
    return "".join(pieces(class_index(of, VIEW, link)))


def whole(of: Report, **fields: int) -> str:
    return "".join(pieces(class_file(of, VIEW, **fields)))


def links(page: Any) -> set[str]:
    return {one.get("href") for one in page.iter("a")}


def ids(page: Any) -> list[str]:
    return [one.get("id") for one in page.iter() if one.get("id")]


def test_a_whole_page():
    page = html(index(report(*small_class())))
    body = page.find("body")
    assert [(one.tag, words(one)) for one in body.iter() if one.tag in {"h1", "h2", "h3", "footer"}] == [
        ("h1", "demo: 7 submissions"),
        ("h2", "Scores"),
        ("h2", "Verdicts"),
        ("h2", "Pitfalls, by submissions"),
        ("h2", "Exceptions"),
        ("h2", "Slowest"),
        ("h2", "Cases"),
        ("h2", "Who fails alike: 6 groups"),
        ("h2", "All submissions"),
        (
            "footer",
            "judge 0.1.0, jax 0.10.2, python 3.11.7, entropy 0, isolation none, 2 s, 2026-11-23 12:00 UTC",
        ),
    ]
    (roll,) = [one for one in body.iter("table") if one.get("id") == "roll"]
    assert [row[0] for row in table(roll)][1:] == [
        "gil.py", "dan.py", "fay.py", "eve.py", "cyd.py", "bob.py", "ada.py",
    ]  # fmt: skip
    assert page.find("head/title").text == "demo: 7 submissions"


def test_every_link_within_the_page_leads_somewhere_and_no_id_is_there_twice():
    problems = [replace(one, problem=name) for name in ("one", "two") for one in small_class()]
    for text in (index(report(*problems)), whole(report(*problems)), index(report(*small_class()))):
        page = html(text)
        assert len(set(ids(page))) == len(ids(page))
        inner = {target.removeprefix("#") for target in links(page) if target.startswith("#")}
        assert inner <= {*ids(page)}
        assert {target for target in links(page) if not target.startswith(("#", "submissions/"))} == set()


def test_each_problem_has_its_sections_under_its_name_and_group_numbers_of_its_own():
    page = html(index(report(*(replace(one, problem=name) for name in ("a", "b") for one in small_class()))))
    assert words(page.find("body/header/h1")) == "14 submissions in 2 problems"
    assert [words(one) for one in page.iter("h2")] == [
        "a: 7 submissions",
        "b: 7 submissions",
        "All submissions",
    ]
    assert len([one for one in page.iter("h3") if words(one) == "Scores"]) == 2
    groups = [one.get("href") for one in page.iter("a") if one.get("class") == "size"]
    assert groups == [f"#g={number}" for number in range(1, 13)]
    assert {row.get("data-g") for row in page.iter("tr")} - {None} == {str(number) for number in range(1, 13)}


def test_without_a_script_every_submission_is_there_and_nothing_is_hidden_but_the_tools():
    page = html(index(report(*map(member, range(200)))))
    (roll,) = [one for one in page.iter("table") if one.get("id") == "roll"]
    assert len(table(roll)) == 201
    assert [one.get("id") for one in page.iter() if "hidden" in one.attrib] == ["tools", "all"]
    assert not [
        one
        for one in page.iter()
        if "style" in one.attrib or any(name.startswith("on") for name in one.attrib)
    ]


def test_one_file_has_each_learners_page_folded_in():
    page = html(whole(report(*small_class())))
    folded = [one for one in page.iter("details") if one.get("class") == "folded"]
    assert [words(one.find("summary")) for one in folded] == [
        "✓ ada.py: accepted, 1.00",
        "✓ bob.py: accepted, 1.00",
        "▲ cyd.py: pitfall, 0.50",
        "✗ dan.py: wrong_answer, 0.50",
        "✗ eve.py: time_limit, 0.00",
        "✗ fay.py: invalid, 0.00",
        "? gil.py: judge_error, no score",
    ]
    assert {f"#s{number}" for number in range(1, 8)} <= links(page)


def test_what_does_not_fit_into_one_file_is_said_and_accepted_ones_go_first():
    of = report(*small_class())
    page = html(whole(of, room=12_000))
    folded = [one for one in page.iter("details") if one.get("class") == "folded"]
    left = 7 - len(folded)
    assert 0 < left < 7
    assert f"{left} are left out, since this file would be too large." in words(page)
    assert "accepted" not in "".join(words(one.find("summary")) for one in folded)
    assert len(table(next(one for one in page.iter("table") if one.get("id") == "roll"))) == 8
    assert [*html(whole(of, room=0)).iter("details")] == []


def test_an_interrupted_run_a_part_of_the_cases_and_nobody_are_said():
    empty = html(index(report(complete=False, exit_code=130)))
    assert words(empty.find("body/header")) == (
        "No submission was judgedInterrupted: what was not finished is missing here."
    )
    part = html(index(report(*(replace(one, cases_total=9) for one in small_class()))))
    assert "7 were judged on a part of the cases: their scores are no grades." in words(part)


def test_a_class_that_nobody_has_a_score_in_is_shown():
    ours = result(verdict=Verdict.JUDGE_ERROR, score=None)
    assert "Nobody has a score." in words(html(index(report(ours, ours))))


@pytest.mark.parametrize("of", every())
def test_every_report_makes_a_valid_page(of: Report):
    assert {link.partition("/")[0] for link in broken_links(html(index(of)))} <= {"submissions"}
    assert broken_links(html(whole(of))) == []


def hostile(text: str) -> Report:
    """`text` in every place that others fill, in two problems."""
    one = wrong_result(
        submission=f"x/{text}",
        message=text,
        findings=(finding(pitfall=text), finding(message=text)),
        cases=(wrong_case(text, message=text, limit=text),),
        exception=exception(type=text),
    )
    return report(one, replace(one, problem=text), replace(one, findings=(), problem=text))


def structure(text: str) -> list[tuple[str, list[str]]]:
    """Tags and names of attributes, in order."""
    return [(one.tag, sorted(one.attrib)) for one in html(text).find("body").iter() if one.tag != "span"]


HARMLESS = structure(index(hostile("harmless")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_changes_the_structure_of_the_page(text: str):
    assert structure(index(hostile(f"h{text}"))) == HARMLESS


@settings(max_examples=20)
@given(st.text(st.characters(), min_size=1))
def test_any_text_leaves_the_structure_of_the_page_alone(text: str):
    assert structure(index(hostile(f"h{text}"))) == HARMLESS


def test_no_control_character_gets_into_the_page():
    text = index(hostile(WORST)) + whole(hostile(WORST))
    assert not [char for char in text if not char.isprintable() and char != "\n"]


def test_of_hidden_cases_nothing_but_the_verdict_is_told():
    text = index(report(*(wrong_result(submission=f"{name}.py") for name in "ab")))
    for secret in ("LEAK", "0.123456", "0.654321", "0.987654", "77.1"):
        assert secret not in text


def test_a_class_of_200_takes_at_most_150_kib():
    assert len(index(report(*map(member, range(200)))).encode()) <= 150 << 10


def test_the_page_of_a_large_class_keeps_rows_and_no_results():
    def each(number: int) -> SubmissionResult:
        return replace(member(number), source="x" * 20_000, message="y" * 5_000)

    tracemalloc.start()
    size = sum(
        len(piece.encode()) for piece in pieces(class_index(report(results=Anew(200, each)), VIEW, link))
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 200 * 500
    assert peak < 2 << 20


def test_points_by_a_rubric_stand_in_the_roll_and_the_rule_beside_the_cases():
    page = html(index(by_rubric()))
    (roll,) = [one for one in page.iter("table") if one.get("id") == "roll"]
    assert [row[2] for row in table(roll)][1:] == ["0/100", "32/100", "100/100"]
    (points,) = [
        one
        for one in page.iter("section")
        if one.find("h2") is not None and words(one.find("h2")) == "Points"
    ]
    assert [words(one) for one in points.iter("li")] == list(rule(RUBRIC))
