"""The document around a page: one file that loads nothing and runs nothing but what its author put there."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

import htpy
from htpy import Node, Renderable
from markupsafe import Markup

from judge.pages.style import STYLE
from judge.reporters.parts.escape import escape

PIECE = 1 << 15  # characters that are written at once, about


def document(
    title: str,
    *,
    header: Node,
    main: Node,
    footer: Node,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
) -> Renderable:
    """A whole page.

    The browser runs and applies these very styles and scripts alone: whatever else gets into the page stays
    without effect. So an element has classes and no `style`, and no handlers.

    Args:
        title: of the window, not yet escaped.
        styles: constant texts in CSS, in addition to what all pages have.
        scripts: constant texts in JavaScript, run when the page has been read.
    """
    styles = (STYLE, *styles)
    return htpy.html(lang="en")[
        htpy.head[
            htpy.meta(charset="utf-8"),
            htpy.meta(name="viewport", content="width=device-width, initial-scale=1"),
            htpy.meta({"http-equiv": "Content-Security-Policy"}, content=policy(styles, scripts)),
            htpy.title[escape(title)],
            (htpy.style[constant(text)] for text in styles),
        ],
        htpy.body[
            htpy.header[header],
            htpy.main[main],
            htpy.footer[footer],
            (htpy.script[constant(text)] for text in scripts),
        ],
    ]


def policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """The Content-Security-Policy of a page with these blocks."""
    allowed = [
        f"; {kind} {' '.join(map(_hash, texts))}"
        for kind, texts in (("style-src", styles), ("script-src", scripts))
        if texts
    ]
    return f"default-src 'none'; base-uri 'none'; form-action 'none'{''.join(allowed)}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def constant(text: str) -> Markup:
    """The text of a style or a script, in which nothing is escaped: it must be a constant of a page.

    Raises:
        ValueError: it would end its own element.
    """
    if "</" in text or "<!--" in text:
        raise ValueError("a style or script can't hold `</` or `<!--`: write it in another way")
    return Markup(text)  # noqa: S704 -- the one place where text isn't escaped, and never a learner's


def pieces(page: Renderable) -> Iterator[str]:
    """The page's text, as it is built, in pieces of a size to be written."""
    held: list[str] = []
    size = 0
    for chunk in page.iter_chunks():
        held.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join((*held, "\n"))
