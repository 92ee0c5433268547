import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.reporters.parts.escape import escape, escape_lines, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, naïve, 数学 and 🙂", "plain, naïve, 数学 and 🙂"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("a\u202eb\u2066c\u200f", r"a\u202eb\u2066c\u200f"),
        ("\x00\x07\x7f\x9b", r"\x00\x07\x7f\x9b"),
        ("half \ud800 of a pair", r"half \ud800 of a pair"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("two\nlines\u2028three", r"two\nlines\u2028three"),
    ],
)
def test_what_is_not_printable_is_written_out_as_python_writes_it(text: str, shown: str):
    assert escape(text) == shown


def test_kept_characters_stay():
    assert escape("a\nb\tc", keep="\n") == "a\nb\\tc"


def test_lines_end_at_line_breaks_only_and_tabs_become_spaces():
    assert escape_lines("a\tb\r\nc\rd\x0be\n") == ["a   b", r"c\rd\x0be", ""]


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])))
def test_escaped_text_is_printable_whatever_it_was(text: str):
    assert escape(text).isprintable()
    assert all(line.isprintable() for line in escape_lines(text))


def test_what_is_longer_than_anyone_reads_is_cut_with_dots():
    assert shortened("x" * 400) == "x" * 400
    assert shortened("x" * 401) == "x" * 397 + "..."
    assert shortened("abcdefgh", 6) == "abc..."
