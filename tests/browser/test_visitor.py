"""That what the tests look with can see what it is to look for."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from browser.axe import violations
from browser.visitor import PHONE, THEMES, Visitor

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>a page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><style>{style}</style>
<main><h1>A page</h1>{body}</main></html>"""


@pytest.fixture
def shown(visitor: Visitor, tmp_path: Path):
    """A function that opens a page with this body."""

    def show(body: str, style: str = "") -> Visitor:
        path = tmp_path / "page.html"
        path.write_text(PAGE.format(body=body, style=style), encoding="utf-8")
        visitor.open(path)
        return visitor

    return show


@pytest.mark.usefixtures("chromium")
def test_tests_with_a_browser_share_one_worker(request: pytest.FixtureRequest):
    grouped = bool(getattr(request.config.option, "loadgroup", False))
    assert request.node.nodeid.endswith("@browser") is grouped


def test_a_page_without_faults_is_one(shown):
    visitor = shown("<p>words</p><a href='#x'>x</a>", "a:focus-visible { outline: 2px solid }")
    for theme in THEMES:
        visitor.look(PHONE, theme)
        assert violations(visitor) == []
        assert visitor.check("paleTexts", 4.5) == []
    assert visitor.check("wider") == []
    assert visitor.check("cut") == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script>console.error('oh')</script>", "error: oh"),
        ("<script>undefined.x</script>", "exception: Cannot read properties of undefined (reading 'x')"),
        ("<img alt='' src='http://127.0.0.1:9/x.png'>", "request: http://127.0.0.1:9/x.png"),
    ],
)
def test_what_a_page_must_not_do_is_held_against_it(shown, body: str, fault: str):
    visitor = shown(body)
    with pytest.raises(AssertionError, match=re.escape(fault)):
        visitor.done()


def test_there_is_no_network(visitor: Visitor):
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        visitor.page.goto("http://127.0.0.1:9/")
    assert visitor.take_faults()[0] == "request: http://127.0.0.1:9/"
    visitor.page.wait_for_timeout(500)  # Chromium may say the same on the console, and late
    visitor.take_faults()


def test_axe_sees_a_field_without_a_label(shown):
    assert [line.split(":")[0] for line in violations(shown("<input>"))] == ["label"]


def test_pale_texts_are_seen_in_pictures_and_folded_ones_too(shown):
    pale = [
        "<p style='color: #777'>0</p>",
        "<p style='color: #000; background: linear-gradient(#fff, #555)'>1</p>",
        "<p style='opacity: .5'>2</p>",
        "<details><summary>more</summary><p style='color: #ccc'>3</p></details>",
        "<svg><rect width=300 height=100 fill='#888'/><text y=50 opacity='.7'>4</text></svg>",
        "<svg><rect width=300 height=100 fill='#333'/><g><text y=50 fill='#000'>5</text></g></svg>",
    ]
    found = shown("".join(pale)).check("paleTexts", 4.5)
    assert [text.split('"')[1] for text in found] == ["0", "1", "2", "3", "4", "5"]


def test_texts_that_are_dark_enough_are_not_pale(shown):
    dark = [
        "<p style='color: #757575'>words</p>",
        "<svg><rect width=300 height=100 fill='#eee'/><text y=50 fill='#555'>words</text></svg>",
        "<svg><text y=50 fill='#555'>words</text><rect y=60 width=300 height=100 fill='#555'/></svg>",
        "<svg><rect width=300 height=100 fill='#333'/><text y=50 fill='#fff'>words</text></svg>",
    ]
    assert shown("".join(dark)).check("paleTexts", 4.5) == []


def test_what_is_wider_than_the_screen_is_seen(shown):
    visitor = shown("<div><p style='width: 2000px'>words</p></div>")
    assert [line[:9] for line in visitor.check("wider")] == ['p "words"', "the page "]
    assert visitor.check("cut") == visitor.check("wider")


def test_what_can_be_scrolled_is_whole_on_a_screen_and_cut_on_paper(shown):
    visitor = shown("<div style='overflow-x: auto'><p style='width: 2000px'>words</p></div>")
    assert visitor.check("wider") == []
    assert visitor.check("cut") == ['div "words" would have to be scrolled']


def test_focus_that_cannot_be_seen_is_told(shown):
    visitor = shown("<a href='#x'>x</a><a href='#y' style='outline: none'>y</a>")
    assert visitor.check("mark") == ['a "x"', 'a "y"']
    seen = []
    for _ in range(2):
        visitor.page.keyboard.press("Tab")
        expect(visitor.page.locator(":focus")).to_have_count(1)
        seen.append(visitor.check("focus"))
    assert [(one["stop"], one["ringed"], one["inside"]) for one in seen] == [
        (0, True, True),
        (1, False, True),
    ]
