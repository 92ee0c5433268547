"""What learners write stays text in a real browser, whatever it looks like."""

from dataclasses import replace
from pathlib import Path

import pytest
from reporters.reports import report
from reporters.samples import HOSTILE, hostile

from browser.pages import write
from browser.visitor import Visitor
from judge.report import Report

pytestmark = pytest.mark.more  # the table of a class is what each run of the tests opens

TAKING = [
    "<script>window.taken = 1</script><img src=x onerror='window.taken = 2'>",
    "</style><script>window.taken = 3</script>",
    "</title></head><body onload='window.taken = 4'>",
    "</script><script>window.taken = 5</script>",
    "--><script>window.taken = 6</script><!--",
    "]]><svg onload='window.taken = 7'></svg><![CDATA[",
    "' onmouseover='window.taken = 8' x='",
    '" autofocus onfocus="window.taken = 9" x="',
    "&#x3c;script&#x3e;window.taken = 10&#x3c;/script&#x3e;",
    "javascript:window.taken=11",
    "<a href='javascript:window.taken=12'>x</a><base href='http://127.0.0.1:9/'>",
    "<meta http-equiv=refresh content='0; url=http://127.0.0.1:9/'>",
    "\x00<\x00script>window.taken = 13</script>",
    "\u202e<script>\u2066window.taken = 14</script>\ud800",
    "<details ontoggle='window.taken = 15' open><summary>x",
    "<plaintext>",
    "<textarea>",
]
SEEN = """() => [...document.querySelectorAll('*')]
    .map(one => [one.localName, ...one.getAttributeNames()].join(' '))"""


def one_or_several(text: str) -> list[Report]:
    """The learner's page and the class's, with this text in every place."""
    [result] = hostile(text).results
    return [report(result), report(result, replace(result, submission=f"submissions/other/{text}.py"))]


def kinds(visitor: Visitor, path: Path) -> set[str]:
    """The elements and attributes of which a page is made."""
    return set(visitor.open(path).evaluate(SEEN))


def taken_over(visitor: Visitor, folder: Path, text: str) -> list[str]:
    """What a text does in a page beyond being read, page by page."""
    path = folder / "page.html"
    found: list[str] = []
    for of, harmless in zip(one_or_several(text), one_or_several("harmless"), strict=True):
        usual = kinds(visitor, write(harmless, path))
        found += sorted(kinds(visitor, write(of, path)) - usual)
        visitor.check("unfold")
        for _ in range(3):
            visitor.page.keyboard.press("Tab")
        taken = visitor.page.evaluate("() => window.taken ?? null")
        found += [] if taken is None else [f"taken by {taken}"]
        found += [] if visitor.page.url == path.as_uri() else [f"led to {visitor.page.url}"]
    return found


def test_all_that_may_be_markup_at_once_stays_text(visitor: Visitor, tmp_path: Path):
    assert taken_over(visitor, tmp_path, " ".join((*TAKING, *HOSTILE))) == []


@pytest.mark.parametrize("text", [*TAKING, *HOSTILE])
def test_each_of_them_stays_text(visitor: Visitor, tmp_path: Path, text: str):
    assert taken_over(visitor, tmp_path, text) == []
