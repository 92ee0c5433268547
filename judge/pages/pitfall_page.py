"""A pitfall's page for the browser: what `judge explain` shows in the terminal."""

import htpy
from htpy import Renderable
from markdown_it import MarkdownIt
from markupsafe import Markup

from judge.pages.document import document

STYLE = """\
main{max-width:46rem}
pre{overflow-x:auto;padding:.6rem .8rem;border:1px solid var(--line);border-radius:.4rem}
pre .gone{color:var(--bad)}
pre .new{color:var(--good)}
"""
_SIGNS = {"-": "gone", "+": "new"}


def pitfall_page(name: str, markdown: str) -> Renderable:
    """The whole page.

    Args:
        markdown: of the judge's own catalogue, with a heading of its own; nothing of a learner's.
    """
    body = markdown.partition("\n")[2]
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _coloured})
    return document(
        f"{name}: what it means",
        header=[htpy.p(class_="quiet")["judge explain"], htpy.h1[name]],
        main=Markup(parser.render(body)),  # noqa: S704 -- the parser escapes what isn't its own markup
        footer=[htpy.p(class_="quiet")[f"The same in a terminal: judge explain {name}"]],
        styles=(STYLE,),
    )


def _coloured(code: str, language: str, _: str) -> str:
    """A listing whose lines that differ have colours; nothing for other code: the parser escapes it."""
    if language != "diff":
        return ""
    lines = (
        htpy.span(class_=_SIGNS[line[0]])[line] if line[:1] in _SIGNS else htpy.fragment[line]
        for line in code.splitlines()
    )
    return "\n".join(map(str, lines)) + "\n"
