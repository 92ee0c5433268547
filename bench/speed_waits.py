"""What a learner waits for beyond the usual: a first verdict ever, new drawn cases, a file that hangs.

    python bench/speed_waits.py [--rounds N] [--problem ID]

These alone, in some minutes; speed.py measures them with all else. Every ratio is of paired runs, in changing
order. *First ever* is a cache that isn't there, and its bare script compiles all by itself, too. What hangs
is measured against one wall limit.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from speed_ground import PROBLEM, Ground, judge_environment, plain_environment, prepared
from speed_measure import Taken, taken
from speed_report import Figures, Ratio, machine, text

from judge.sandbox.starting.tiers import tiers

HANGS = "def {name}({parameters}):\n    while True:\n        pass\n"
QUIET = ("-q", "--format", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One round of a wait: what it took, and what it is held against, in seconds; of CPU time, too."""

    what: str
    target: float
    ours: float
    theirs: float
    cpu: tuple[float, ...] = ()


def waits(ground: Ground, rounds: int) -> Iterator[Pair]:
    """All three; hanging takes a minute, and is done in a third of the rounds."""
    for number in range(rounds):
        yield first_ever(ground, number)
    for number in range(rounds):
        yield new_entropy(ground, number)
    for _ in range(max(rounds // 3, 1)):
        yield hanging(ground)


def first_ever(ground: Ground, number: int) -> Pair:
    """The first verdict on a right file, with nothing cached, against bare with nothing cached."""
    path = ground.submission("eager")
    with tempfile.TemporaryDirectory(dir=ground.folder, prefix="nothing-") as name:
        folder = Path(name)

        def judge() -> Taken:
            command = ground.command("run", str(path), *QUIET)
            return taken(command, judge_environment(folder), ground.folder)

        def bare() -> Taken:
            script = str(Path(__file__).parent / "contenders" / "bare.py")
            cases, cache = str(ground.folder / "cases.npz"), str(folder / "compiled")
            command = [sys.executable, script, str(path), cases, cache]
            return taken(command, plain_environment(ground.folder), ground.folder)

        ours, theirs = in_turn(number, judge, bare)
    return pair("first verdict ever, against bare", 2.0, ours, theirs)


def new_entropy(ground: Ground, number: int) -> Pair:
    """Drawn cases that nobody has seen, with all else cached, against those of entropy 0."""
    path = ground.submission("eager")
    ours, theirs = in_turn(
        number,
        lambda: ground.judge(path, options=(*QUIET, "--entropy", "random")),
        lambda: ground.judge(path, options=QUIET),
    )
    return pair("--entropy random, against entropy 0", 1.5, ours, theirs)


def hanging(ground: Ground) -> Pair:
    """A file that never comes back, against one wall limit."""
    path = ground.folder / "hangs.py"
    names = ", ".join(parameter.name for parameter in ground.problem.parameters)
    path.write_text(HANGS.format(name=ground.problem.entry_point, parameters=names), encoding="utf-8")
    took = ground.judge(path, options=(*QUIET, "--exit-zero"))
    limit = ground.problem.limits.wall_s
    return Pair(what="a file that hangs, against one wall limit", target=2.2, ours=took.wall, theirs=limit)


def pair(what: str, target: float, ours: Taken, theirs: Taken) -> Pair:
    """Two programs that ran."""
    cpu = (ours.cpu, theirs.cpu)
    return Pair(what=what, target=target, ours=ours.wall, theirs=theirs.wall, cpu=cpu)


def in_turn(number: int, ours: Callable[[], Taken], theirs: Callable[[], Taken]) -> tuple[Taken, Taken]:
    """Both, the one or the other first."""
    if number % 2:
        last = theirs()
        return ours(), last
    return ours(), theirs()


def note(figures: Figures, pairs: Iterator[Pair], say: Callable[[str], None]) -> None:
    """Add a line of the table for each kind of wait."""
    found: dict[str, list[Pair]] = {}
    for one in pairs:
        say(f"{one.what}: {one.ours:.2f} s to {one.theirs:.2f} s")
        found.setdefault(one.what, []).append(one)
        figures.note(f"{one.what}: wall s", one.ours)
        figures.note(f"{one.what}: wall s of the other", one.theirs)
        for whose, seconds in zip(("CPU s", "CPU s of the other"), one.cpu, strict=False):
            figures.note(f"{one.what}: {whose}", seconds)
    for what, several in found.items():
        values = [one.ours / one.theirs for one in several]
        figures.ratios.append(Ratio(what=what, kind="eager", values=values, target=several[0].target))


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--problem", default=PROBLEM, metavar="ID")
    parser.add_argument("--output", type=Path, metavar="FILE", help="also write all figures here, as JSON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="judge-speed-") as folder:
        ground = prepared(Path(folder), asked.problem)
        figures = Figures(machine=machine(ground.versions, tiers()[0]))
        note(figures, waits(ground, asked.rounds), lambda what: print(what, file=sys.stderr))
    if asked.output is not None:
        asked.output.write_text(json.dumps(figures.plain(), indent=1) + "\n", encoding="utf-8")
    print(text(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
