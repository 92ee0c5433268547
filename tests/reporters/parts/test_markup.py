"""GitHub's own renderer reads what we write: learner text never becomes an element."""

import re

import pytest
from cmarkgfm import github_flavored_markdown_to_html as html_of
from hypothesis import example, given
from hypothesis import strategies as st

from judge.reporters.parts.markup import block, code, printed, prose, text
from reporters.samples import HOSTILE

TEXTS = st.text(st.sampled_from("ab1 .-+*_`~|<>[]()!#&\\:/@\n\t$=^{}www.http://a@b.c") | st.characters())


def elements(markdown: str) -> set[str]:
    return set(re.findall(r"<(?:([a-z][a-z0-9]*)|!)", html_of(markdown)))


@pytest.mark.parametrize("plain", HOSTILE)
def test_text_stays_text_in_paragraphs_headings_and_cells(plain: str):
    assert elements(text(plain)) <= {"p", "code"}
    assert elements(prose(plain)) <= {"p", "code"}
    assert elements(f"## {text(plain)}\n") <= {"h2", "code"}
    table = html_of(f"| a | b |\n|---|---|\n| {text(plain)} | z |\n")
    assert table.count("<td") == 2
    assert elements(f"x {code(plain)} y\n") <= {"p", "code"}


@example("    0")
@given(TEXTS)
def test_any_text_stays_text(plain: str):
    assert elements(text(plain)) <= {"p", "code"}
    assert elements(prose(plain)) <= {"p", "code"}
    assert elements(printed(plain, 3)) == {"pre", "code"}
    row = html_of(f"| a | b |\n|---|---|\n| {text(plain)} | z |\n")
    assert (row.count("<td"), row.count("<tr")) == (2, 2)


def test_what_the_judge_writes_stays_readable():
    said = "near-init: expected 1.5, got 2 (line 3); see loss_scale"
    assert text(said) == said
    assert text("hidden-drawn[0], drawn[12]") == "hidden-drawn[0], drawn[12]"
    assert prose("divide `grads` by `loss_scale`") == "divide `grads` by `loss_scale`"


@pytest.mark.parametrize(
    ("plain", "markdown"),
    [
        ("*a* [b](c)", "&#42;a&#42; &#91;b&#93;(c)"),
        ("a_b _c_ __d__", "a_b &#95;c&#95; &#95;&#95;d&#95;&#95;"),
        ("a@b", "a`@`b"),
        ("http://x", "http`:`//x"),
        ("www.x", "www`.`x"),
        ("1. a", "&#49;. a"),
        ("- a", "&#45; a"),
        ("a|b", "a&#124;b"),
        ("x[0](y) [0]: z ![0]", "x&#91;0&#93;(y) &#91;0&#93;: z &#33;&#91;0&#93;"),
        ("\x1b", "&#92;x1b"),
        ("", ""),
    ],
)
def test_what_would_be_markup_is_written_in_another_way(plain: str, markdown: str):
    assert text(plain) == markdown


@pytest.mark.parametrize(
    ("plain", "markdown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), (" ", "`   `"), ("", "")]
)
def test_code_has_longer_fences_than_what_is_in_it(plain: str, markdown: str):
    assert code(plain) == markdown


def test_a_block_has_a_longer_fence_than_what_is_in_it():
    assert block(["a", "````"], "python") == "`````python\na\n````\n`````"


def test_what_is_printed_is_cut_and_counted():
    assert printed("a\nb\nc\n", 2) == "```\n| a\n| b\n... and 1 more lines\n```"
    assert len(printed("x" * 10_000, 2)) < 500
