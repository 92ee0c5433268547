"""The exception that ended the run: its message, and the learner's own lines of its traceback."""

from collections.abc import Sequence

import htpy
from htpy import Node, Renderable

from judge.pages.parts.code_colours import code_line, coloured
from judge.pages.parts.place import Place
from judge.report import SubmissionResult
from judge.reporters.parts.ci_commands import guarded
from judge.reporters.parts.escape import escape, escape_lines, shortened
from judge.reporters.parts.source import source_lines

STYLE = """\
.calls{padding-left:1.4rem}
.calls code{white-space:pre-wrap}
"""
SHOWN_LINES = 8  # of the message, beside those that are folded
_FOLDED_LINES = 200
SHOWN_CALLS = 8


def exception(result: SubmissionResult, place: Place) -> Node:
    """What was raised, and from where; None where the page's message says it all, or nothing was."""
    raised = result.exception
    if raised is None or (raised.message in result.message and len(set(raised.lines)) <= 1):
        return None
    first, *further = [guarded(shortened(line)) for line in escape_lines(raised.message.strip("\n"))]
    return [
        place.heading("The exception"),
        htpy.p[htpy.strong(class_="bad")[escape(shortened(raised.type))], f": {first}" if first else None],
        _rest(further, folded=len(further) > SHOWN_LINES or result.help is not None),
        _calls(raised.lines, result.source, place),
    ]


def _rest(lines: Sequence[str], *, folded: bool) -> Node:
    """The further lines of the message; a library's long advice is folded."""
    if not lines:
        return None
    left = len(lines) - _FOLDED_LINES
    more = [f"... and {left} more lines"] if left > 0 else []
    block = htpy.pre["\n".join((*lines[:_FOLDED_LINES], *more))]
    return htpy.details[htpy.summary["All of its message"], block] if folded else block


def _calls(numbers: Sequence[int], source: str | None, place: Place) -> Node:
    """The learner's lines from the outermost call to the one that failed; one alone is shown in the file."""
    lines = source_lines(source or "")
    known = [number for number in numbers if source is not None and 0 < number <= len(lines)]
    known = [number for at, number in enumerate(known) if at == 0 or known[at - 1] != number]
    if len(known) <= 1:
        return None
    left = len(known) - SHOWN_CALLS
    shown = known if left <= 0 else [known[0], *known[-SHOWN_CALLS + 1 :]]
    items = [_call(number, lines, place, is_last=number == known[-1]) for number in shown]
    if left > 0:
        items.insert(1, htpy.li[f"{left} more calls"])
    return htpy.ol(class_="calls")[items]


def _call(number: int, lines: Sequence[str], place: Place, *, is_last: bool) -> Renderable:
    line = lines[number - 1].strip()
    (spans,) = coloured([line])
    return htpy.li[
        place.line_link(number),
        " raised here: " if is_last else " called from here: ",
        htpy.code[code_line(line, spans)],
    ]
