"""Text that was pasted from somewhere else into a file of Python: a notebook, a prompt, a page."""

import re
from collections.abc import Sequence

from judge.cells import Cells, line_name

MOST_LINES = 5  # that are named
_MAGIC = re.compile(r"\s*(?:%%?[A-Za-z]|!{1,2}[\w./])")
_PROMPT = re.compile(r"\s*(?:>>> |\.\.\. |In \[\d*\]:|Out\[\d*\]:)")
_FENCE = re.compile(r"\s*(?:```|~~~)")


def pasted(source: str, line: int | None, cells: Cells = ()) -> str | None:
    """What a syntax error at this line comes from, where it isn't the program itself; None otherwise."""
    lines = source.splitlines()
    if line is None or not 0 < line <= len(lines):
        return None
    for form, what in (
        (_MAGIC, "commands of a notebook (`%...`, `!...`), which only a notebook knows: delete"),
        (_PROMPT, "the prompts of an interactive session before the code: delete"),
        (_FENCE, "the fences of a Markdown page (```), which are no code: delete"),
    ):
        if form.match(lines[line - 1]):
            numbers = [number for number, text in enumerate(lines, start=1) if form.match(text)]
            return (
                f"this is not Python: {_named(numbers, cells)} {what} {'it' if len(numbers) == 1 else 'them'}"
            )
    return None


def _named(numbers: Sequence[int], cells: Cells) -> str:
    if len(numbers) == 1:
        return f"{line_name(numbers[0], cells)} has"
    if cells:
        return f"{line_name(numbers[0], cells)} has (and {len(numbers) - 1} more have)"
    if len(numbers) <= MOST_LINES:
        return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} have"
    return f"lines {', '.join(map(str, numbers[:MOST_LINES]))} and {len(numbers) - MOST_LINES} more have"
