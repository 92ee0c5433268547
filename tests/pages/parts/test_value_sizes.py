"""How large the values are."""

from typing import Any

from judge.pages.parts.value_sizes import legend, value_sizes
from pages.flows import VALUES
from pages.reading import fragment, words


def svg(element: Any, class_: str) -> list[Any]:
    return [one for one in element.iter() if one.get("class") == class_]


def test_a_row_a_role():
    rows = [words(row) for row in fragment(value_sizes(VALUES)).iter("li")]
    assert rows[1:] == [
        "compute copy 0.1 · 0.5 · 1.06",
        "raw gradients 0 · 1e-07 · 3.5, 2 zero",
        "returned loss 0 · 0 · 0, 1 nan or inf",
    ]


def test_a_bar_goes_from_the_least_to_the_largest_and_a_zero_is_where_the_axis_begins():
    drawn = fragment(value_sizes(VALUES))
    bars = [(bar.get("x1"), bar.get("x2")) for bar in svg(drawn, "bar")]
    assert bars == [("50%", "58.55%"), ("0%", "62.87%")]
    assert [dot.get("cx") for dot in svg(drawn, "median")] == ["55.82%", "0%"]


def test_what_float16_holds_is_shaded_in_every_row():
    held = svg(fragment(value_sizes(VALUES)), "held")
    assert [(one.get("x"), one.get("width")) for one in held] == [("23.21%", "75.26%")] * 3


def test_without_values_there_is_no_picture():
    assert value_sizes({}) is None


def test_a_sentence_says_which_roles_lie_beyond():
    assert "6.1e-05 to 65,504: all of these are in it." in legend(VALUES)
    copy = VALUES["compute copy"]
    scaled = {"raw gradients": {**copy, "max": 1e6}, "error": {**copy, "min": 1e-6}}
    assert "beyond it are: raw gradients, error." in legend(scaled)
