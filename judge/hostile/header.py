"""What a hostile program says of itself in its first lines: its allowed verdicts, and where it is held.

A header is a block of comments, one `# key: words` a line, above the docstring:

    # verdicts: time_limit memory_limit     any of these is right, everything else is a failure
    # contained in: landlock namespaces     tiers that hold it; in others it isn't run
    # looks for: processes files            which of the side effects in `effects.CHECKS` it is after
    # run: quick                            part of the normal run, or only of the long one (more)
    # times: 2                              how often it is handed in, once if left out
    # reading: required                     as with --require-flow; offered if left out
"""

import re
from dataclasses import dataclass
from pathlib import Path

from judge.verdict import Verdict

PROGRAMS = Path(__file__).parent / "programs"
GROUPS = (
    "time", "memory", "processes", "signals", "files", "output", "exits", "cheating", "network", "source",
)  # fmt: skip
TIERS = ("none", "landlock", "namespaces")
KEYS = {"verdicts", "contained in", "looks for", "run", "times", "reading"}
OPTIONAL = {"times", "reading"}
LINE = re.compile(r"# ([a-z ]+): (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One hostile program.

    Attributes:
        path: its file, with `@PLACEHOLDERS@` that stand for places of the scratch world.
        verdicts: those it may get. tiers: where it is contained. effects: what it is after.
        quick: whether the normal run has it. times: how often it is handed in.
        require_flow: whether it has to be read.
    """

    path: Path
    verdicts: frozenset[str]
    tiers: frozenset[str]
    effects: frozenset[str]
    quick: bool
    times: int = 1
    require_flow: bool = False

    @property
    def group(self) -> str:
        """One of GROUPS."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """Group and name."""
        return f"{self.group}/{self.path.stem}"


class HeaderError(Exception):
    """A header that can't be read, or says what it can't mean."""


def read(path: Path) -> Program:
    """The program in this file.

    Raises:
        HeaderError: its header is missing or wrong.
    """
    said: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        found = LINE.fullmatch(line)
        if found is not None:
            said[found[1]] = found[2].split()
    if missing := KEYS - OPTIONAL - set(said):
        raise HeaderError(f"{path}: the header lacks {', '.join(sorted(missing))}")
    if unknown := set(said) - KEYS:
        raise HeaderError(f"{path}: the header has unknown keys: {', '.join(sorted(unknown))}")
    if wrong := set(said["verdicts"]) - {str(verdict) for verdict in Verdict}:
        raise HeaderError(f"{path}: no such verdict: {', '.join(sorted(wrong))}")
    if wrong := set(said["contained in"]) - set(TIERS):
        raise HeaderError(f"{path}: no such tier: {', '.join(sorted(wrong))}")
    if said["run"] not in (["quick"], ["more"]):
        raise HeaderError(f"{path}: run is quick or more")
    if said.get("reading", ["offered"]) not in (["offered"], ["required"]):
        raise HeaderError(f"{path}: reading is offered or required")
    return Program(
        path=path,
        verdicts=frozenset(said["verdicts"]),
        tiers=frozenset(said["contained in"]),
        effects=frozenset(said["looks for"]),
        quick=said["run"] == ["quick"],
        times=int(said.get("times", ["1"])[0]),
        require_flow=said.get("reading") == ["required"],
    )


def programs() -> tuple[Program, ...]:
    """All of them, by group in the order of GROUPS, then by name."""
    return tuple(read(path) for group in GROUPS for path in sorted((PROGRAMS / group).glob("*.py")))
