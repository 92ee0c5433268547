"""The colours of all pages: readable in both themes."""

import pytest

from judge.pages.style import COLOURS, STYLE

LIGHT, DARK = 0, 1
SOFT = {name for name in COLOURS if name.endswith("-soft")}
GROUNDS = {"ground", "panel", *SOFT}
GRAPHICS = {"line", "rule"}
EVERYWHERE = ("text", "quiet", "link", "good", "warn", "bad", "ours")


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """As WCAG 2 defines it: 1 for equal colours, 21 for black on white."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_as_it_is_defined():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_is_readable_on_every_ground(theme: int):
    on_all = [(text, ground) for text in EVERYWHERE for ground in sorted(GROUNDS)]
    own = [(ground.removesuffix("-soft"), ground) for ground in sorted(SOFT)]
    ratios = {
        pair: round(contrast(COLOURS[pair[0]][theme], COLOURS[pair[1]][theme]), 2) for pair in (*on_all, *own)
    }
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_rule_of_a_picture_is_seen(theme: int):
    assert contrast(COLOURS["rule"][theme], COLOURS["ground"][theme]) >= 3


def test_every_colour_is_text_a_ground_or_a_line():
    texts = {*EVERYWHERE, *(name.removesuffix("-soft") for name in SOFT)}
    assert set(COLOURS) == texts | GROUNDS | GRAPHICS


def test_colours_are_named_in_one_place_only():
    rules = STYLE.partition("}}\n")[2]
    assert rules.startswith("*{box-sizing")
    assert "#" not in rules
