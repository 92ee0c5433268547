r"""Learner text made safe to show.

Whatever a learner wrote or printed may hold terminal escapes, characters that turn the reading direction
around, or halves of surrogate pairs. In a report all of these become visible: `\x1b`, `\u202e`, `\udcff`.
So does the second `#` of `##[` and `##vso[`, which services obey wherever in a line they stand.
"""

import re

_COMMAND = re.compile(r"##(?=[A-Za-z-]*\[)")  # GitHub's old form, Azure's, TeamCity's


def escape(text: str, *, keep: str = "") -> str:
    r"""`text` with every character that isn't printable written out as Python writes it.

    Printable is what `str.isprintable` says: no control or format characters, no separators but the
    space, no surrogates, nothing unassigned. `keep` names exceptions, such as "\n".
    """
    if "##" in text:
        text = _COMMAND.sub(r"#\\x23", text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _written_out(char) for char in text)


def escape_lines(text: str, *, tab: int = 4) -> list[str]:
    r"""The lines of `text`, escaped, with tabs made spaces; only "\n" and "\r\n" end a line."""
    lines = text.replace("\r\n", "\n").split("\n")
    return [escape(line.expandtabs(tab)) for line in lines]


def shortened(text: str, characters: int = 400) -> str:
    """The beginning of a text that is longer than anyone reads, with dots where it goes on."""
    return text if len(text) <= characters else text[: characters - 3] + "..."


def _written_out(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
