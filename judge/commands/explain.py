"""`judge explain [PITFALL]`: one pitfall's page, or the list of all.

`python -m judge.commands.explain > docs/pitfalls.md` writes all of them for the documentation.
"""

import difflib
import sys

from judge.errors import UsageError
from judge.pitfalls import PITFALLS, Pitfall

_INTRODUCTION = """Mistakes that the judge names, at their line. An `error` costs the submission its `accepted`,
a `warning` does not. `judge explain NAME` shows one page."""


def page(name: str) -> str:
    """The Markdown of one pitfall's page.

    Raises:
        UsageError: there is no such pitfall; the message has the nearest names.
    """
    for pitfall in PITFALLS:
        if name == pitfall.NAME:
            return _page(pitfall)
    near = difflib.get_close_matches(name, [pitfall.NAME for pitfall in PITFALLS], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`judge explain` lists them"
    raise UsageError(f"there is no pitfall {name!r}: {hint}")


def index() -> str:
    """The Markdown list of all pitfalls, each with its first sentence."""
    lines = [
        f"- `{pitfall.NAME}`{' (warning)' if pitfall.SEVERITY == 'warning' else ''}: {_title(pitfall)}"
        for pitfall in PITFALLS
    ]
    return "\n".join(["# Pitfalls", "", _INTRODUCTION, "", *lines, ""])


def document() -> str:
    """The list and all pages: docs/pitfalls.md."""
    note = "<!-- Written by `python -m judge.commands.explain`; the text is in judge/pitfalls/. -->"
    pages = [_page(pitfall).replace("\n## ", "\n### ").replace("# ", "## ", 1) for pitfall in PITFALLS]
    return "\n".join([note, index(), *pages])


def _page(pitfall: Pitfall) -> str:
    title, _, rest = _doc(pitfall).partition("\n")
    return f"# {pitfall.NAME}\n\n{title} ({pitfall.SEVERITY})\n{rest.rstrip()}\n"


def _title(pitfall: Pitfall) -> str:
    return _doc(pitfall).partition("\n")[0]


def _doc(pitfall: Pitfall) -> str:
    return pitfall.__doc__ or ""


if __name__ == "__main__":
    sys.stdout.write(document())
