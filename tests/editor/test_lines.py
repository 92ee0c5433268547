"""Places in a text, as editors count them."""

import pytest
from lsprotocol.types import Position, PositionEncodingKind, Range
from pygls.workspace import PositionCodec

from judge.editor.lines import Lines, lines_of, unchanged

TEXT = "a = 1\n\t\N{GRINNING FACE} = f(x)  \n\n"


@pytest.fixture
def lines() -> Lines:
    return Lines(lines=lines_of(TEXT), codec=PositionCodec(PositionEncodingKind.Utf16))


def test_lines_end_where_python_ends_them():
    assert lines_of("\ufeffa\r\nb\rc\fd\u2028e\x1cf\n") == ("a", "b", "c\fd\u2028e\x1cf", "")


@pytest.mark.parametrize(
    ("place", "begin", "end"),
    [
        ((2, 6, 2, 10), (1, 6), (1, 10)),
        ((2,), (1, 1), (1, 10)),
        ((1, None, 2, 3), (0, 0), (1, 3)),
        ((2, 7, 2, 7), (1, 7), (1, 10)),
        ((2, 99, 2, 200), (1, 1), (1, 10)),
        ((3,), (2, 0), (2, 0)),
        ((99, 5, 100, 6), (3, 0), (3, 0)),
        ((0, 0, -1, 0), (0, 0), (0, 5)),
    ],
)
def test_a_place_is_counted_in_utf_16_and_lies_in_the_text(lines: Lines, place, begin, end):
    assert lines.range(*place) == Range(Position(*begin), Position(*end))


def test_a_definition_is_found():
    lines = Lines(lines=lines_of("x = 1\n  async def step(a):\ndef steps():\n"), codec=PositionCodec())
    assert (lines.definition("step"), lines.definition("steps"), lines.definition("st(")) == (2, 3, 1)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("abc", "abc", {1: 1, 2: 2, 3: 3}),
        ("abc", "axbc", {1: 1, 2: 3, 3: 4}),
        ("abc", "ac", {1: 1, 3: 2}),
        ("abc", "xyz", {}),
        ("aa", "aaa", {1: 1, 2: 2}),
        ("aaa", "aa", {1: 1, 2: 2}),
        ("", "abc", {}),
        ("axb", "ayb", {1: 1, 3: 3}),
    ],
)
def test_lines_that_were_not_changed_are_known_where_they_are(before, after, kept):
    assert unchanged(before, after) == kept
