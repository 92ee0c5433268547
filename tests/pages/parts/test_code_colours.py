"""Lines of Python in colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.pages.parts.code_colours import MOST, Underline, code_line, coloured


def drawn(line: str, *underlines: Underline) -> str:
    (spans,) = coloured([line])
    return str(code_line(line, spans, underlines))


def test_kinds_of_tokens_have_classes():
    assert drawn("def f(x): return len(x) + 1  # why") == (
        '<span class="k">def</span> <span class="d">f</span>(x): <span class="k">return</span> '
        '<span class="b">len</span>(x) + <span class="n">1</span>  <span class="c"># why</span>'
    )


def test_a_text_goes_over_several_lines():
    lines = ['x = """a', "b", '""" or 2']
    spans = list(coloured(lines))
    assert [sum(length for _, length in one) for one in spans] == [len(line) for line in lines]
    assert [{class_ for class_, _ in one} for one in spans] == [{"", "s"}, {"s"}, {"s", "", "k", "n"}]


def test_an_underline_cuts_through_tokens():
    assert drawn("x = y + 22", Underline(begin=4, end=9, severity="error")) == (
        'x = <u class="error">y + <span class="n">2</span></u><span class="n">2</span>'
    )


def test_tabs_become_spaces_wherever_they_stand():
    assert drawn("\tx =\t1", Underline(begin=1, end=2, severity="warning")) == (
        '    <u class="warning">x</u> = <span class="n">1</span>'
    )


def test_code_stays_text():
    assert drawn("</pre>\x1b\u202e") == "&lt;/pre&gt;\\x1b\\u202e"


def test_what_is_beyond_a_bound_stays_plain():
    lines = ["x = 1"] * (MOST // 3)
    spans = list(coloured(lines))
    assert len(spans) < len(lines)
    assert str(code_line("x = 1", ())) == "x = 1"


@given(st.lists(st.text(st.characters(exclude_characters="\n"))))
def test_every_character_of_every_text_has_one_class(lines: list[str]):
    spans = list(coloured(lines))
    assert [sum(length for _, length in one) for one in spans] == [len(line) for line in lines or [""]]


@pytest.mark.parametrize("piece", ["(", '"""', 'f"{', "\\", "a.", "0", "'\\", "@", "# ", "\t"])
def test_what_no_program_looks_like_is_read_to_the_bound(piece: str):
    assert sum(length for one in coloured([piece * MOST]) for _, length in one) == MOST
