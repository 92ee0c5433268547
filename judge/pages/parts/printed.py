"""What the submission printed, folded."""

from collections.abc import Iterator

import htpy
from htpy import Node, Renderable

from judge.evidence import Capture
from judge.pages.parts.place import Place
from judge.reporters.parts.ci_commands import behind
from judge.reporters.parts.escape import escape_lines, shortened

SHOWN = 200  # lines
_TRUNCATED = "Too much was printed; the rest was not kept."


def printed(capture: Capture, place: Place) -> Node:
    """Both streams, each under a line that opens it; None where nothing was printed."""
    streams = [
        *_stream("stdout", capture.stdout, truncated=capture.stdout_truncated),
        *_stream("stderr", capture.stderr, truncated=capture.stderr_truncated),
    ]
    return [place.heading("What it printed"), streams] if streams else None


def _stream(name: str, text: str, *, truncated: bool) -> Iterator[Renderable]:
    if not text.strip() and not truncated:
        return
    lines = escape_lines(text.removesuffix("\n"))
    left = len(lines) - SHOWN
    more = [f"... and {left} more lines"] if left > 0 else []
    count = f"{len(lines)} line{'' if len(lines) == 1 else 's'}"
    yield htpy.details[
        htpy.summary[f"{name}, {count}{', cut' if truncated else ''}"],
        htpy.pre["\n".join((*(behind(shortened(line)) for line in lines[:SHOWN]), *more))],
        htpy.p[_TRUNCATED] if truncated else None,
    ]
