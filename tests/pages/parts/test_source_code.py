"""The whole file, line by line."""

from typing import Any

import pytest
from reporters.reports import SOURCE, exception, finding, result, wrong_result

from judge.finding import Finding, Severity
from judge.pages.parts.place import Place
from judge.pages.parts.source_code import BUDGET, SHOWN_FINDINGS, shown_findings, shown_lines, source_code
from judge.report import SubmissionResult
from pages.flows import traced
from pages.reading import fragment, words


def read(of: SubmissionResult) -> Any:
    return fragment(source_code(of, Place(lines=len(shown_lines(of.source)))))


def lines(of: SubmissionResult) -> dict[str, str]:
    """Classes of each line by its id."""
    return {one.get("id"): one.get("class") for one in read(of).iter("div") if one.get("id")}


def underlined(source: str, *findings: Finding) -> list[str]:
    return [words(mark) for mark in read(result(source=source, findings=findings)).iter("u")]


def long(count: int = 100) -> str:
    return "".join(f"x{number} = {number}\n" for number in range(1, count + 1))


def folded(of: SubmissionResult) -> list[str]:
    return [words(one) for one in read(of).iter("summary")]


def test_every_line_is_there_with_its_number():
    shown = [words(line) for line in read(result()).iter("div") if line.get("id")]
    assert shown == [f"{number} {text}" if number != 9 else f"9     {text[1:]}"
                     for number, text in enumerate(SOURCE.splitlines(), start=1)]  # fmt: skip


def test_a_finding_stands_below_its_last_line():
    one = result(findings=(finding(line=5, end_line=8),))
    box = [
        child for child in next(iter(read(one))) if "finding" in child.get("class") or child.get("id") == "L8"
    ]
    assert [child.get("class") for child in box] == ["line error", "finding error"]
    assert [lines(one)[f"L{number}"] for number in (4, 5, 6, 7, 8, 9)] == [
        "line",
        *["line error"] * 4,
        "line",
    ]


def test_an_error_outweighs_a_warning_in_the_same_line():
    both = (finding(severity=Severity.WARNING), finding())
    assert lines(result(findings=both))["L10"] == "line error"
    assert lines(result(findings=both[:1]))["L10"] == "line warning"


@pytest.mark.parametrize(
    ("columns", "marked"),
    [
        ({"column": 12, "end_column": 15}, ["b+c"]),
        ({"column": 12}, ["b+c)"]),
        ({}, ["x = f(a, b+c)"]),
        ({"column": 99, "end_column": 120}, ["x = f(a, b+c)"]),
        ({"column": 12, "end_column": 3}, ["b+c)"]),
    ],
)
def test_what_is_meant_is_underlined(columns: dict[str, int], marked: list[str]):
    assert underlined("y = 1\n  x = f(a, b+c)\n", finding(line=2, end_line=2, **columns)) == marked


def test_an_underline_goes_over_lines_without_their_indents():
    source = "a = f(\n    b,\n    c) + d\n"
    assert underlined(source, finding(line=1, end_line=3, column=5, end_column=7)) == ["f(", "b,", "c)"]


def test_columns_count_characters_of_the_file_before_a_tab_is_made_spaces():
    assert underlined("\tx =\ty\n", finding(line=1, end_line=1, column=6, end_column=7)) == ["y"]


def test_a_finding_whose_end_is_beyond_the_file_ends_with_it():
    assert underlined("a\nb\n", finding(line=2, end_line=9)) == ["b"]


def test_of_a_long_finding_the_first_lines_are_marked():
    assert len(underlined(long(), finding(line=1, end_line=90))) == 20


def test_a_line_has_what_it_computes_in():
    one = read(traced())
    assert [words(facts) for facts in one.iter("span") if facts.get("class") == "facts"] == [
        " prediction FB bf16 B fp32", " fp32 → bf16",
    ]  # fmt: skip
    assert "What a line computes in" in words(one)
    assert "What a line computes in" not in words(read(result()))


def test_lines_of_an_exception_are_marked_and_the_last_says_what_was_raised():
    one = wrong_result(message="ValueError: no", exception=exception(lines=(9, 5)))
    assert [lines(one)[key] for key in ("L9", "L5")] == ["line raised"] * 2
    assert "jax.grad(loss)(ValueError: no" in words(read(one))


def test_the_line_of_a_message_is_marked():
    assert lines(wrong_result(line=10))["L10"] == "line raised"
    assert set(lines(wrong_result(line=99)).values()) == {"line"}


def test_a_short_file_is_not_folded():
    assert folded(result(source=long(60))) == []


def test_long_runs_of_which_nothing_is_said_are_folded():
    one = result(source=long(), findings=(finding(line=40, end_line=40), finding(line=50, end_line=50)))
    assert folded(one) == ["lines 1 to 36", "lines 54 to 100"]
    assert len(lines(one)) == 100


def test_of_a_file_of_which_nothing_is_said_the_beginning_is_open():
    assert folded(result(source=long())) == ["lines 61 to 100"]


@pytest.mark.more
def test_of_a_file_that_is_too_large_what_is_said_is_shown():
    source = long(BUDGET // 10)
    one = result(source=source, findings=(finding(line=9000, end_line=9000),))
    left = [words(part) for part in read(one).iter("p") if part.get("class") == "left quiet"]
    assert "L9000" in lines(one)
    assert left[0].endswith(" to 8999 are left out: the page would be too large")
    assert left[1] == f"lines 9001 to {BUDGET // 10} are left out: the page would be too large"


def test_findings_without_a_line_come_first_and_not_too_many_are_shown():
    many = (*(finding(line=line) for line in range(100, 0, -1)), finding(line=None))
    shown = shown_findings(result(findings=many))
    assert [one.line for one in shown] == [None, *range(1, SHOWN_FINDINGS)]


def test_lines_end_as_they_do_for_python():
    assert [shown_lines(source) for source in ("a\r\nb\rc", "a\n", "a\n\n", "", None)] == [
        ("a", "b", "c"), ("a",), ("a", ""), (), (),
    ]  # fmt: skip
