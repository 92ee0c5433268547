"""What gets into a page has no effect: the browser runs and applies nothing but the page's own blocks."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Route

from browser.examine import LEAST, words
from browser.visitor import Visitor

pytestmark = pytest.mark.more  # the table of a class is what each run of the tests opens

STRANGER = """
<p id="styled" style="color: rgb(1, 2, 3)">words</p><p id="ruled">words</p>
<style>#ruled { color: rgb(1, 2, 3) }</style>
<script>window.taken = 'script'</script>
<script src="data:text/javascript,window.taken='address'"></script>
<img src="data:," onerror="window.taken = 'handler'" alt="">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" onload="window.taken = 'image'" alt="">
<svg onload="window.taken = 'picture'"></svg>
<iframe srcdoc="<script>parent.taken = 'frame'</script>" title="frame"></iframe>
<a id="lure" href="javascript:void(window.taken = 'link')">link</a>
<base href="http://127.0.0.1:9/">
<form id="form" action="http://127.0.0.1:9/"><button id="send">send</button></form>
"""
SERVED = "http://build.invalid/page.html"
REFUSED = {
    "Applying inline style": 2,
    "Executing inline script": 2,
    "Executing inline event handler": 3,
    "Loading the script": 1,
    "Running the JavaScript URL": 1,
    "Setting the document's base URI": 1,
    "Sending form data": 1,
}
"""What the browser says that it did not do, and how often; of images it says so where it has the time."""

TAKEN = "rgb(1, 2, 3)"


def invaded(page: str, path: Path) -> Path:
    """A page into whose body somebody has written something."""
    before, end, after = page.rpartition("</body>")
    path.write_text(f"{before}{STRANGER}{end}{after}", encoding="utf-8")
    return path


def taken(visitor: Visitor) -> set[str | None]:
    """Colours of what was written into the page, and what ran there last."""
    colours = visitor.page.locator("#styled, #ruled").evaluate_all(
        "all => all.map(one => getComputedStyle(one).color)"
    )
    return {*colours, visitor.page.evaluate("() => window.taken ?? null")}


def test_what_somebody_writes_into_a_page_is_neither_run_nor_applied(
    visitor: Visitor, page_file: Path, tmp_path: Path
):
    path = invaded(page_file.read_text(encoding="utf-8"), tmp_path / "invaded.html")
    page = visitor.open(path)
    page.locator("#lure").click()
    with page.expect_console_message(lambda message: "form-action" in message.text):
        page.evaluate("() => document.querySelector('#form').submit()")
    found = taken(visitor)
    assert None in found
    assert TAKEN not in found
    assert page.evaluate("() => document.baseURI") == path.as_uri()
    faults = visitor.take_faults()
    assert [fault for fault in faults if "Content Security Policy" not in fault] == []
    said = {words: sum(words in fault for fault in faults) for words in REFUSED}
    assert said == REFUSED


def test_without_the_policy_it_would_be_both(visitor: Visitor, tmp_path: Path):
    visitor.open(invaded("<!DOCTYPE html><body><p>words</p></body>", tmp_path / "invaded.html"))
    visitor.page.locator("#lure").click()
    visitor.page.wait_for_function("() => window.taken === 'link'")
    assert taken(visitor) == {TAKEN, "link"}


def bare(texts: Iterable[str]) -> set[str]:
    """Words without what may stand beside them elsewhere."""
    return {text.strip(":") for text in texts} - {""}


def test_a_server_that_forbids_styles_and_scripts_leaves_the_page_to_be_read(
    visitor: Visitor, page_file: Path
):
    """As Jenkins serves what a build has made."""
    page = visitor.open(page_file)
    usual = bare(words(page, "body") - words(page, "[role=search], [role=status]"))

    def serve(route: Route) -> None:
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
        route.fulfill(path=page_file, headers=headers, content_type="text/html; charset=utf-8")

    page.route(SERVED, serve)
    page.goto(SERVED)
    plain = bare(words(page, "body"))
    tops = visitor.check("tops")
    pale = visitor.check("paleTexts", LEAST)
    page.unroute(SERVED)
    faults = visitor.take_faults()
    assert usual - plain == set()
    assert tops == sorted(tops)
    assert pale == []
    forbidden = ("Content Security Policy", "sandboxed")
    assert [fault for fault in faults if not any(map(fault.count, forbidden))] == [f"request: {SERVED}"]
