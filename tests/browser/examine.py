"""What is asked of every page, made up or a sample's: each question gives what is wrong, in words."""

import io
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page
from pypdf import PdfReader

from browser.axe import violations
from browser.visitor import DESK, PHONE, THEMES, WIDTHS, Theme, Visitor

LEAST = 4.5  # WCAG 2.2, 1.4.3: contrast of texts
MORE = 20  # presses of Tab: a browser may stop at regions that scroll, too
PAPER = 718  # px: A4 at 96 to the inch, between margins of 1 cm
MARGINS = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
PICTURES = Path(__file__).parents[2] / "build" / "pages"
PICTURED: tuple[tuple[int, Theme], ...] = ((PHONE, "dark"), (DESK, "light"))


def unreadable(visitor: Visitor, path: Path, *, thorough: bool) -> dict[str, list[str]]:
    """What keeps somebody from reading a page, by screen and theme; some screens are kept as pictures.

    Args:
        thorough: axe-core on every screen, with its own rule on contrast, which takes most of the time, on
            those that are kept; else in one theme, without that rule.
    """
    visitor.open(path)
    found = {}
    for theme in THEMES:
        for width in WIDTHS:
            visitor.look(width, theme)
            pictured = (width, theme) in PICTURED
            if pictured:
                _keep_picture(visitor, f"{path.stem}-{width}-{theme}")
            pale = visitor.check("paleTexts", LEAST)  # unfolds everything
            asked = thorough or theme == THEMES[0]
            ruled = violations(visitor, contrast=thorough and pictured) if asked else ()
            found[f"{width} {theme}"] = [*ruled, *pale, *visitor.check("wider")]
    return {screen: wrong for screen, wrong in found.items() if wrong}


def _keep_picture(visitor: Visitor, name: str) -> None:
    """The whole page as a file, for people to look at after a test run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def unreached(visitor: Visitor, path: Path) -> list[str]:
    """What a keyboard doesn't reach, or where one can't see that it did."""
    visitor.open(path)
    wrong = []
    stops = dict(enumerate(visitor.check("mark")))
    for _ in range(len(stops) + MORE):
        visitor.page.keyboard.press("Tab")
        focus = visitor.check("focus")
        if focus is None:
            break
        stops.pop(focus["stop"], None)
        if not (focus["ringed"] and focus["inside"]):
            wrong.append(f"no focus is seen: {focus}")
    return [*wrong, *(f"not reached: {stop}" for stop in stops.values())]


def cut_on_paper(visitor: Visitor, path: Path) -> list[str]:
    """What has no room on a sheet."""
    page = visitor.open(path)
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.emulate_media(media="print")
    cut: list[str] = visitor.check("cut")
    page.emulate_media(media="screen")
    return cut


def not_printed(visitor: Visitor, path: Path, texts: Iterable[str]) -> list[str]:
    """The texts that are not on the printed page."""
    visitor.open(path)
    pdf = PdfReader(io.BytesIO(visitor.page.pdf(format="A4", margin=MARGINS)))
    said = plain("".join(page.extract_text() for page in pdf.pages))
    return [text for text in texts if plain(text) not in said]


def only_with_scripts(visitor: Visitor, scriptless: Visitor, path: Path) -> Counter[str]:
    """The words that a page has with scripts alone, but for those of what only scripts make work."""
    body, tools = (words(visitor.open(path), where) for where in ("body", "[role=search], [role=status]"))
    assert body
    return body - tools - words(scriptless.open(path), "body")


def words(page: Page, where: str) -> Counter[str]:
    """How often each word is seen in these elements."""
    return Counter(" ".join(page.locator(where).all_inner_texts()).split())


def plain(text: str) -> str:
    """Without blanks and ligatures; and without the backticks, which pages show as code."""
    return "".join(unicodedata.normalize("NFKC", text).replace("`", "").split())
