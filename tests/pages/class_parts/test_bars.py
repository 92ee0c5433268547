from dataclasses import replace

import pytest
from reporters.classes import WARNING, small_class
from reporters.reports import exception, finding, result, wrong_result
from reporters.samples import HOSTILE

from judge.finding import Severity
from judge.pages.class_parts.bars import bar, exceptions, pitfalls, verdicts
from pages.class_parts.counted import counted, read, table, words

SMALL = counted(small_class())


def test_a_bar_is_its_pieces_side_by_side_as_parts_of_the_whole():
    drawn = read(bar([(1, "good"), (0, "warn"), (3, "bad")], 4)).find("svg")
    assert [(one.get("class"), one.get("x"), one.get("width")) for one in drawn] == [
        ("good", "0%", "25%"),
        ("bad", "25%", "75%"),
    ]
    assert drawn.get("aria-hidden") == "true"


def test_a_bar_of_nothing_is_empty():
    assert len(read(bar([(0, "good")], 0)).find("svg")) == 0


def test_verdicts_are_told_accepted_first_and_lead_to_their_rows():
    found = read(verdicts(SMALL))
    assert table(found)[1:] == [
        ["✓ accepted", "2", ""],
        ["▲ pitfall", "1", ""],
        ["✗ wrong_answer", "1", ""],
        ["✗ time_limit", "1", ""],
        ["✗ invalid", "1", ""],
        ["? judge_error", "1", ""],
    ]
    assert [one.get("href") for one in found.iter("a")][:2] == ["#v=accepted", "#v=pitfall"]
    assert [one.get("width") for one in found.iter("rect")] == ["100%", *["50%"] * 5]


def test_pitfalls_are_told_with_what_is_a_warning():
    mild = finding(severity=Severity.WARNING)
    found = read(pitfalls(counted([*small_class(), wrong_result(findings=(mild,))])))
    assert table(found)[1:] == [
        ["unscaled-grads (1 as a warning)", "2", ""],
        ["full-precision-loss (warning)", "2", ""],
    ]
    assert [one.get("class") for one in found.iter("rect")] == ["bad", "warn", "warn"]


def test_a_class_without_findings_says_so():
    assert words(read(pitfalls(counted([result()])))) == "None was found."


def test_exceptions_are_told_by_type():
    assert table(read(exceptions(SMALL)))[1:] == [["SyntaxError", "1", ""]]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str):
    one = wrong_result(exception=exception(type=text), findings=(finding(pitfall=text), WARNING))
    problem = counted([replace(one, problem=text)])
    for found in (read(pitfalls(problem)), read(exceptions(problem))):
        assert {child.tag for child in found.iter()} <= {
            "body", "table", "thead", "tbody", "tr", "th", "td", "a", "span", "code", "svg", "rect",
        }  # fmt: skip
        assert words(found).isprintable()
