"""Numbers of many magnitudes on one axis."""

import pytest

from judge.pages.parts.log_axis import LogAxis, percent, power_text


def test_decades_are_equally_long():
    axis = LogAxis(first=0, last=4, begin=40.0, end=90.0)
    assert [axis.at(10.0**power) for power in range(5)] == [40.0, 52.5, 65.0, 77.5, 90.0]


def test_what_is_beyond_an_end_is_at_it():
    axis = LogAxis(first=-2, last=2)
    assert (axis.at(1e-30), axis.at(1e30)) == (0.0, 100.0)


def test_there_are_no_more_labels_than_fit():
    assert [label for _, label in LogAxis(first=-3, last=3).ticks()] == [
        "0.001", "0.01", "0.1", "1", "10", "100", "1,000",
    ]  # fmt: skip
    many = list(LogAxis(first=-38, last=39, labels=4).ticks())
    assert len(many) == 4
    assert many[0] == (0.0, "10⁻³⁸")


@pytest.mark.parametrize(
    ("power", "text"), [(0, "1"), (3, "1,000"), (4, "10⁴"), (-3, "0.001"), (-4, "10⁻⁴"), (12, "10¹²")]
)
def test_powers_are_written_as_a_person_does(power: int, text: str):
    assert power_text(power) == text


def test_a_coordinate_is_short():
    assert [percent(value) for value in (0.0, 41.0, 66.66666)] == ["0%", "41%", "66.67%"]
