"""Learner text in Markdown, so that it stays text: no heading, link, mention, image, HTML or table cell."""

import re
from collections.abc import Sequence

from judge.reporters.parts.ci_commands import behind, guarded
from judge.reporters.parts.escape import escape, escape_lines

# What has a meaning somewhere in a line, in CommonMark or in GitHub's additions to it.
_INDEX = r"(?<=[A-Za-z0-9])(\[[0-9]+\])(?![\[(:])"  # drawn[0] is no link
_SPECIAL = re.compile(_INDEX + r"|[\\*{}\[\]<>#!|~&$^`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_AT = "`@`"  # in a code span there are no mentions and no mail addresses
_OPENS_BLOCK = re.compile(r"[-+=:]| {4}|[0-9]+[.)]")  # list items, underlines of headings, indented code
_LINKS = re.compile(r"(?<=[A-Za-z])(:)(?=//)|(?<=[Ww]{3})(\.)|:(?=[A-Za-z0-9+-]+:)")
_APART = re.compile(r"\0(\d+)\0")  # `escape` lets no NUL through
_SPAN = re.compile(r"`([^`]+)`")
_WIDEST = 400  # characters of a printed line


def text(plain: str) -> str:
    """`plain` in one line of a paragraph, a heading or a table's cell."""
    safe = _LINKS.sub(lambda match: f"\0{ord(match.group())}\0", escape(plain))
    safe = _SPECIAL.sub(lambda match: match[1] or f"&#{ord(match[0])};", safe).replace("@", _AT)
    safe = _APART.sub(lambda match: f"`{chr(int(match[1]))}`", safe)
    return f"&#{ord(safe[0])};{safe[1:]}" if _OPENS_BLOCK.match(safe) else safe


def prose(plain: str) -> str:
    """Like `text`, but what the sentence has between backticks becomes code."""
    parts = _SPAN.split(plain)
    return "".join(code(part) if number % 2 else text(part) for number, part in enumerate(parts))


def code(plain: str) -> str:
    """`plain` as a code span; not for cells, where a `|` would end it."""
    safe = escape(plain)
    ticks = "`" * (_longest_run(safe) + 1)
    pad = " " if not safe.strip() or safe.startswith("`") or safe.endswith("`") else ""
    return f"{ticks}{pad}{safe}{pad}{ticks}" if safe else ""


def block(lines: Sequence[str], language: str = "") -> str:
    """Lines that were escaped already, as a fenced block."""
    fence = "`" * max(3, max(map(_longest_run, lines), default=0) + 1)
    return "\n".join((f"{fence}{language}", *map(guarded, lines), fence))


def printed(plain: str, limit: int) -> str:
    """The first `limit` lines of what was printed, as a block that says how many are left out."""
    lines = escape_lines(plain.removesuffix("\n"))
    more = [f"... and {len(lines) - limit} more lines"] if len(lines) > limit else []
    return block([*(behind(line[:_WIDEST]) for line in lines[:limit]), *more])


def items(sentences: Sequence[str]) -> str:
    """A list of sentences."""
    return "\n".join(f"- {text(sentence)}" for sentence in sentences)


def folded(summary: str, content: str) -> str:
    """Markdown that a click shows, behind words of ours: blank lines end the HTML around it."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def _longest_run(line: str) -> int:
    return max((len(run) for run in re.findall(r"`+", line)), default=0)
