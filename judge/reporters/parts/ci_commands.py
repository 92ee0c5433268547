r"""Learner text kept from the places where services that run a job look for commands.

GitHub reads `::error::` after blanks and `##[error]` anywhere in a line, Azure `##vso[` anywhere, TeamCity
`##teamcity[`, Buildkite `--- ` and `+++ `, GitLab `section_start:`. What is read anywhere in a line is
taken apart by `escape`; what is read where a line begins stands behind `GUTTER`.
"""

import re

GUTTER = "| "
_COMMAND = re.compile(r"\s*(?:::|##|section_(?:start|end):)|(?:---|\+\+\+|~~~|\^\^\^) ")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def behind(line: str) -> str:
    """`line` behind the gutter, whatever it is."""
    return f"{GUTTER}{line}"


def is_command(line: str) -> bool:
    """Whether a service may take a line for a command of its own; colours around it change nothing."""
    return _COMMAND.match(_COLOURS.sub("", line)) is not None


def guarded(line: str) -> str:
    """`line`, behind the gutter if it could be taken for a command; blanks before it make room for that."""
    if not is_command(line):
        return line
    return behind(line.removeprefix(" " * len(GUTTER)))


def guarded_lines(text: str) -> str:
    """Each line of `text`, guarded."""
    return "\n".join(map(guarded, text.split("\n")))
