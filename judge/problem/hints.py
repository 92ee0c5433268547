"""A problem's hints.md: hints in the order in which learners take them, each under a heading of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from judge.errors import Fault
from judge.problem.faults import escaped

HINTS_FILE = "hints.md"
_HEADING = "## "
_FENCES = ("```", "~~~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One hint; `text` is Markdown, `line` where its heading stands."""

    title: str
    text: str
    line: int


def read_hints(path: Path, shown: str) -> tuple[tuple[Hint, ...], list[Fault]]:
    """The hints of a file, and every fault in it; none where there is no file.

    Args:
        shown: the file's name as faults show it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return (), []
    except (OSError, UnicodeDecodeError) as error:
        what = f"can't be read: {getattr(error, 'strerror', None) or 'is not UTF-8'}"
        return (), [Fault(path=shown, line=0, where="", what=what)]
    hints, before = _parts(text)
    faults = [(hint.line, what) for hint in hints for what in _faults(hint)]
    if before:
        faults.insert(0, (before, "stands before the first hint; each begins with a line `## title`"))
    elif not hints:
        faults.append((0, "has no hint; each begins with a line `## title`"))
    return hints, [Fault(path=shown, line=line, where="", what=what) for line, what in faults]


def _parts(text: str) -> tuple[tuple[Hint, ...], int]:
    """The hints, and the first line before them that isn't blank; 0 for none."""
    starts: list[int] = []
    before, in_code = 0, False
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        in_code ^= line.lstrip().startswith(_FENCES)
        if f"{line} ".startswith(_HEADING) and not in_code:
            starts.append(number)
        elif not starts and not before and line.strip():
            before = number
    ends = [*(start - 1 for start in starts[1:]), len(lines)][: len(starts)]
    return tuple(
        Hint(
            title=lines[start - 1].removeprefix(_HEADING.strip()).strip(),
            text="\n".join(lines[start:end]).strip(),
            line=start,
        )
        for start, end in zip(starts, ends, strict=True)
    ), before


def _faults(hint: Hint) -> Iterator[str]:
    if not hint.title:
        yield "a hint needs a title: `## title`"
    if not hint.text:
        yield f"the hint `{escaped(hint.title)}` says nothing"
