"""The programs behind the pages' listings: right ones as files, wrong ones by taking a listing back."""

import difflib
import re
from functools import cache
from pathlib import Path

from judge.pitfalls import PITFALLS, Pitfall

PROGRAMS = Path(__file__).parent / "pages"
LISTING = re.compile(r"```diff\n(.*?)```\n", re.DOTALL)
AROUND = 2  # lines before and after what differs


def listing(pitfall: Pitfall) -> str:
    """What the page shows: lines that begin with a space (in both), `-` (wrong) or `+` (right)."""
    (found,) = LISTING.findall(pitfall.__doc__ or "")
    return str(found)


def right(pitfall: Pitfall) -> str:
    """The right program that the page was made from: the file that names it in its first line."""
    (program,) = [text for text in programs() if pitfall.NAME in _named(text)]
    return program


def wrong(pitfall: Pitfall) -> str:
    """The same program with the mistake: the listing's right lines, which stand in it once, replaced."""
    shown = listing(pitfall)
    before, after = side(shown, "+"), side(shown, "-")
    program = right(pitfall)
    assert f"\n{program}".count(f"\n{before}") == 1, f"{pitfall.NAME}: its listing is no part of the program"
    return f"\n{program}".replace(f"\n{before}", f"\n{after}").removeprefix("\n")


def side(shown: str, mark: str) -> str:
    """The lines of one side of a listing, as code."""
    return "".join(f"{line[1:]}\n" for line in shown.splitlines() if line[:1] in {mark, " ", ""})


def difference(before: str, after: str) -> str:
    """The listing of two programs: one place, a few lines around it, no blank ones at its ends."""
    lines = [*difflib.unified_diff(before.splitlines(), after.splitlines(), n=AROUND, lineterm="")][2:]
    assert [line.startswith("@@") for line in lines].count(True) == 1
    return "\n".join(line.rstrip() for line in lines[1:]).strip("\n") + "\n"


@cache
def programs() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(PROGRAMS.glob("*.py")))


@cache
def everything_shown() -> frozenset[str]:
    """Every line of right code that some page shows, without its indentation."""
    return frozenset(
        line.strip() for pitfall in PITFALLS for line in side(listing(pitfall), "+").splitlines()
    )


def as_far_as_shown(program: str) -> str:
    """A program without the lines that no page shows; imports and headers anybody can guess."""
    kept = everything_shown()
    return "".join(
        f"{line}\n"
        for line in program.splitlines()
        if line.strip() in kept or line.startswith(("import ", "from ")) or is_header(line)
    )


def is_header(line: str) -> bool:
    return line.lstrip().startswith(("def ", "class "))


def unnamed() -> set[str]:
    """Names in the programs' first lines that are no pitfall's."""
    return {name for text in programs() for name in _named(text)} - {pitfall.NAME for pitfall in PITFALLS}


def _named(text: str) -> list[str]:
    return text.partition("\n")[0].removeprefix("# The right side of: ").split(", ")
