"""A pitfall's page: the text of `judge explain`, in a page that runs nothing."""

import pytest
from reporters.readers import html

from judge.commands.explain import names, page
from judge.pages.document import pieces
from judge.pages.pitfall_page import pitfall_page
from pages.reading import words


def read(name: str):
    return html("".join(pieces(pitfall_page(name, page(name)))))


@pytest.mark.parametrize("name", names())
def test_every_pitfall_has_one_with_its_sections(name: str):
    root = read(name)
    assert [words(one) for one in root.iter("h1")] == [name]
    assert [words(one) for one in root.iter("h2")] == ["What it does", "Why it is bad", "What differs"]
    assert "script-src" not in root.findall("head/meta")[2].get("content")


def test_what_differs_is_in_colour():
    root = read("uncast-inputs")
    (listing,) = [code for code in root.iter("code") if "language-diff" in (code.get("class") or "")]
    assert [(span.get("class"), span.text.lstrip("+- ").strip()) for span in listing.iter("span")] == [
        ("gone", "pred = nnx.merge(graphdef, half)(x)"),
        ("new", "pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))"),
    ]


def test_html_in_a_text_is_text():
    text = '# a\n\n<script>x</script> <b onclick="y">\n\n```diff\n+<i>\n```\n'
    root = html("".join(pieces(pitfall_page("<a>", text))))
    assert not [*root.iter("script"), *root.iter("b"), *root.iter("i")]
    assert "<script>x</script>" in words(root)
    assert [words(one) for one in root.iter("h1")] == ["<a>"]
