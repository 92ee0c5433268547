"""How far off each case is."""

import math
from typing import Any

import pytest
from reporters.reports import case, hidden_case, wrong_case

from judge.pages.parts.dot_plot import dot_plot, legend
from judge.pages.parts.place import Place
from judge.report import CaseResult
from judge.reporters.base import disclosed
from judge.verdict import Verdict
from pages.reading import broken_links, fragment, words


def off(tolerances: float, **fields: Any) -> CaseResult:
    return wrong_case(error=tolerances * 0.015625, tolerance=0.015625, **fields)


def plot(*cases: CaseResult) -> Any:
    return fragment(dot_plot(cases, Place()))


def svg(element: Any, tag: str) -> list[Any]:
    return [one for one in element.iter() if one.tag.rpartition("}")[2] == tag]


def marks(*cases: CaseResult) -> list[tuple[str, str, str]]:
    """Of each row with a mark: where it is, what form it has, what stands beside it."""
    found = []
    for row in list(plot(*cases).iter("li"))[1:]:
        for inner in svg(row, "svg")[1:]:
            (form,) = inner
            found.append((inner.get("x"), form.tag.rpartition("}")[2], words(svg(row, "text")[0])))
    return found


def test_a_row_a_case_with_what_was_expected_and_what_came():
    rows = [words(row) for row in plot(case(), wrong_case(), disclosed(hidden_case())).iter("li")]
    assert rows == [
        "case 01: allowed10010⁴expected → yours time",
        "✓ generic: accepted 0 1.32031 → 1.32031 0.20 s",
        "✗ scaled: wrong_answer 39,299 1.32031 → 812 0.20 s",
        "✗ secret: wrong_answer hidden: wrong_answer  ",
    ]


def test_the_axis_is_linear_to_1_and_logarithmic_beyond():
    places = [at for at, _, _ in marks(off(0.0), off(0.5), off(1.0), off(10.0), off(100.0))]
    assert places == ["1.5%", "20.75%", "40%", "67%", "94%"]


def test_a_form_tells_verdicts_apart_beside_the_colour():
    shown = marks(case(), case(verdict=Verdict.PITFALL, error=0.0078125), off(12.0))
    assert [(form, told) for _, form, told in shown] == [("circle", "0"), ("path", "0.50"), ("path", "12")]


def test_what_is_not_finite_is_beyond_the_axis():
    assert marks(off(math.inf), off(math.nan)) == [("99%", "path", "inf"), ("99%", "path", "nan")]


def test_an_error_of_any_size_stays_on_the_axis():
    assert marks(off(1e300))[0][0] == "94%"
    assert marks(wrong_case(error=1.0, tolerance=0.0))[0][0] == "99%"


def test_a_case_without_a_number_says_which_it_is():
    late = case("late", Verdict.TIME_LIMIT, error=None, actual=None)
    assert "late: time_limit time_limit" in words(plot(case(), late))
    assert marks(late) == []


def test_where_no_case_has_a_number_there_is_no_axis():
    late = case("late", Verdict.TIME_LIMIT, error=None, actual=None)
    assert [words(row) for row in plot(late).iter("li")] == ["✗ late: time_limit time_limit  0.20 s"]
    assert svg(plot(late), "svg") == []


@pytest.mark.parametrize(
    ("expected", "actual", "error", "told"),
    [
        ((1.0, 2.0, 3.0), (1.0, -2.5, 3.0), 2.25, "2 → -2.5"),
        ((5.0, 3000.0, 4.0), (75.0, 1500.0, 0.0), 0.5, "3000 → 1500"),  # exact, and the loss is further off
        ((1e6, 0.5), (1e6 + 9, 0.6), 0.2, "0.5 → 0.6"),
        ((1.0, math.nan, 2.0), (9.0, math.nan, math.nan), math.inf, "2 → nan"),
        ((math.inf, 0.0), (math.inf, 0.5), math.inf, "0 → 0.5"),
        ((1.0, 2.0), (1.0, 9.0), None, "2 → 9"),
        ((4.0, 2.0), (4.0, 2.0), 0.0, "4 → 4"),
        ((1.0,), (), 0.0, ""),
    ],
)
def test_of_several_numbers_the_one_is_shown_that_the_error_is_of(
    expected: tuple[float, ...], actual: tuple[float, ...], error: float | None, told: str
):
    drawn = plot(case(), case("several", expected=expected, actual=actual, error=error))
    row = list(drawn.iter("li"))[2]
    assert [words(one) for one in row.iter("span") if one.get("class") == "sides quiet"] == [told]


def test_the_legend_says_which_of_several_numbers_are_shown():
    three = case(expected=(1.0, 2.0, 3.0), actual=(1.0, 2.0, 3.0))
    assert "Of 3 numbers" in legend([case(), three])
    assert "numbers that" not in legend([case(), case("late", expected=None, actual=None)])
    assert legend([]) == legend([case()])


def test_the_grid_is_there_once_and_each_row_uses_it():
    drawn = plot(case(), case("b"))
    assert [use.get("href") for use in svg(drawn, "use")] == ["#grid"] * 2
    assert broken_links(drawn) == []
