"""How fast the judge is, beside what else one could do, in one run on one machine. Linux only.

    python bench/speed.py                            about ten minutes on a quiet machine
    python bench/speed.py --problem accumulated_step another exercise than the first
    python bench/speed.py --quick                    does it work at all: its figures mean nothing
    python bench/speed.py --memory-sizes 100 2000    the sizes that the memory target speaks of
    python bench/speed.py --markdown --output speed.json

Every ratio is of paired runs: in each round each contender runs once, in turn, on the same submission, which
is unlike all others. All run the same cases on the same machine; those that use a compile cache use the same
one, which trusted code filled before and nobody writes to. The contenders are `bare` (one process that runs
all cases with that cache: the limit), `pytest` (what a teacher would write), and a process per case.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from speed_ground import PROBLEM, Ground, prepared
from speed_measure import Taken
from speed_parts import parts, waiting_pss
from speed_report import Figures, Ratio, machine, markdown, text
from speed_waits import note, waits
from speed_watch import saves

from judge.sandbox.starting.numeric_settings import cores
from judge.sandbox.starting.tiers import tiers

WAITING = 5  # workers that wait at once, to see what one of them takes
KINDS = ("eager", "jitted")


@dataclass(slots=True)
class Bench:
    """The measurements, each of which adds its figures."""

    asked: argparse.Namespace
    ground: Ground
    figures: Figures = field(default_factory=Figures)
    began: float = field(default_factory=time.monotonic)

    def say(self, what: str) -> None:
        """What is being done now."""
        print(f"{time.monotonic() - self.began:5.0f} s  {what}", file=sys.stderr)

    def add(
        self,
        what: str,
        kind: str,
        values: Sequence[float],
        target: float | None = None,
        *,
        unit: str = "",
        either: float | None = None,
    ) -> None:
        """A line of the table; targets are for eager styles."""
        if kind != "eager":
            target = None
        self.figures.ratios.append(
            Ratio(what=what, kind=kind, values=values, target=target, unit=unit, either=either)
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those of which there are styles."""
        return tuple(kind for kind in KINDS if self.ground.styles[kind])

    def rounds(self, kind: str) -> int:
        """Targets are for eager styles, which get more of them."""
        return int(self.asked.rounds if kind == "eager" else self.asked.jitted_rounds)

    def all(self) -> None:
        """Everything, the most wanted first."""
        self.hits()
        for kind in self.kinds:
            self.one_file(kind)
        note(self.figures, waits(self.ground, self.rounds("eager")), self.say)
        for kind in self.kinds:
            self.classes(kind)
        for kind in self.kinds:
            self.loop(kind)
        self.memory()
        self.rest()

    def hits(self) -> None:
        """Whether bare and the judge's workers find in the cache what they should; also warms the disk."""
        for kind in self.kinds:
            path = self.ground.submission(kind)
            found, compiled = self.ground.count(path)
            self.figures.notes.append(f"bare, {kind}: {found} programs found in the cache, {compiled} not")
            self.ground.one(path)

    def one_file(self, kind: str) -> None:
        """One file against the bare script, pytest and a process per case."""
        contenders = {"judge": self.ground.one, "bare": self.ground.bare, "pytest": self.ground.pytest}
        if kind == "eager":
            contenders["a process per case"] = self.ground.case_each
        walls: dict[str, list[float]] = {name: [] for name in contenders}
        rounds = self.rounds(kind)
        for number in range(rounds):
            self.say(f"one file, {kind}: round {number + 1} of {rounds}")
            path = self.ground.submission(kind)
            if number == self.asked.case_rounds:
                contenders.pop("a process per case", None)
            for name in list(contenders) if number % 2 == 0 else reversed(contenders):
                took = contenders[name](path)
                walls[name].append(took.wall)
                self.figures.note(f"one file, {kind}: {name}, wall s", took.wall)
                if name in {"judge", "bare"}:
                    self.figures.note(f"one file, {kind}: {name}, CPU s", took.cpu)
        targets = {"bare": 1.10, "pytest": 0.30, "a process per case": 0.15}
        for name in list(walls)[1:]:
            values = ratios(walls["judge"], walls[name])
            self.add(f"one file, wall, against {name}", kind, values, targets[name])

    def classes(self, kind: str) -> None:
        """A class of distinct submissions; the eager one also without isolation."""
        eager, tier = kind == "eager", tiers()[0]
        size = self.asked.class_size if eager else self.asked.jitted_class_size
        others = ["none"] if eager and tier != "none" else []
        rounds = self.asked.class_rounds if eager else min(self.asked.class_rounds, 2)
        walls: dict[str, list[float]] = {tier: [], **{other: [] for other in others}}
        shares: dict[str, list[float]] = {"wall": [], "cpu": [], "own": []}
        for number in range(rounds):
            self.say(f"class of {size}, {kind}: round {number + 1} of {rounds}")
            bare = middle([self.ground.bare(self.ground.submission(kind)) for _ in range(3)])
            one = self.ground.one(self.ground.submission(kind))
            for isolation in [tier, *others] if number % 2 == 0 else [*others, tier]:
                took = self.whole_class(kind, size, isolation)
                walls[isolation].append(took.wall)
                self.figures.note(f"class of {size}, {kind}, {isolation}: wall s each", took.wall / size)
                self.figures.note(f"class of {size}, {kind}, {isolation}: CPU s each", took.cpu / size)
                if isolation == tier:
                    shares["wall"].append(took.wall / size / bare.wall)
                    shares["cpu"].append(took.cpu / size / bare.cpu)
                    shares["own"].append(1000 * (took.own - one.own) / max(size - 1, 1))
        self.add(f"class of {size}, wall each, against bare", kind, shares["wall"], 0.30)
        self.add(f"class of {size}, CPU each, against bare", kind, shares["cpu"], 0.55)
        for other in others:
            values = ratios(walls[tier], walls[other])
            self.add(f"class of {size}, wall, {tier} against {other}", kind, values, 1.03)
        self.add(f"class of {size}, the judge's own CPU each", kind, shares["own"], 20.0, unit=" ms")

    def whole_class(self, kind: str, size: int, isolation: str) -> Taken:
        """`judge run` on so many new submissions."""
        paths = [self.ground.submission(kind) for _ in range(size)]
        options = ("-q", "--format", "csv", "--isolation", isolation)
        return self.ground.judge(*paths, jobs=self.asked.jobs, options=options)

    def loop(self, kind: str) -> None:
        """From save to verdict."""
        self.say(f"from save to verdict, {kind}")
        found = list(saves(self.ground, kind, self.rounds(kind)))
        for loop, _ in found:
            self.figures.note(f"from save to verdict, {kind}, s", loop)
        self.add("from save to verdict, against bare", kind, [loop / bare for loop, bare in found], 0.20)

    def memory(self) -> None:
        """The judge's own memory at two sizes of class."""
        peaks = []
        for size in self.asked.memory_sizes:
            self.say(f"memory of the judge at {size} submissions")
            paths = [self.ground.submission("eager") for _ in range(size)]
            options = ("--format", "json")
            took = self.ground.judge(*paths, jobs=self.asked.jobs, options=options, memory=True)
            self.figures.note(f"peak of the judge's memory at {size} submissions, MiB", took.peak_mib)
            peaks.append(took.peak_mib)
        small, large = self.asked.memory_sizes
        what = f"memory of the judge, {large} against {small} submissions"
        self.add(what, "eager", [peaks[1] / peaks[0]], either=0.10)

    def rest(self) -> None:
        """Cold start, what a waiting worker takes, and where the time goes."""
        self.say("cold start, waiting workers, parts of a submission's time")
        self.figures.note("judge cache warm, nothing cached: wall s", self.ground.filling.wall)
        for name, mib in waiting_pss(self.ground, WAITING).items():
            self.figures.note(f"one more waiting worker, {name}: PSS MiB", mib)
        for kind in self.kinds:
            fresh, warmed = parts(self.ground, kind, self.rounds("jitted"))
            self.figures.parts |= {f"{kind}, fresh workers": fresh, f"{kind}, warmed workers": warmed}
        grown = self.ground.grown()
        self.figures.notes.append(
            f"the compile cache: {self.ground.entries} entries, {grown} more in the end"
            + (" (WRONG: somebody wrote to it, so the figures mean nothing)" if grown else "")
        )


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Of each round that both ran in."""
    return [one / other for one, other in zip(ours, theirs, strict=False)]


def middle(several: Sequence[Taken]) -> Taken:
    """The one with the median wall time."""
    return sorted(several, key=lambda one: one.wall)[len(several) // 2]


def options() -> argparse.Namespace:
    """What was asked; --quick takes the place of all that wasn't."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two rounds, a class of 6")
    quick = "--quick" in sys.argv
    parser.add_argument("--problem", default=PROBLEM, metavar="ID")
    parser.add_argument("--rounds", type=int, default=2 if quick else 7)
    parser.add_argument("--jitted-rounds", type=int, default=1 if quick else 3)
    parser.add_argument("--case-rounds", type=int, default=1 if quick else 3, help="a process per case: slow")
    parser.add_argument("--class-size", type=int, default=6 if quick else 100)
    parser.add_argument("--class-rounds", type=int, default=1 if quick else 3)
    parser.add_argument("--jitted-class-size", type=int, default=2 if quick else 20)
    parser.add_argument("--memory-sizes", type=int, nargs=2, default=(2, 6) if quick else (20, 100))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--markdown", action="store_true", help="write Markdown")
    parser.add_argument("--output", type=Path, metavar="FILE", help="also write all figures here, as JSON")
    return parser.parse_args()


def main() -> int:
    """Measure, and print; a target that is missed is told, and no failure."""
    asked = options()
    with tempfile.TemporaryDirectory(prefix="judge-speed-") as folder:
        print("filling a cache of its own …", file=sys.stderr)
        ground = prepared(Path(folder), asked.problem)
        bench = Bench(asked, ground)
        bench.figures.machine = machine(ground.versions, tiers()[0])
        if asked.quick:
            bench.figures.notes.append("a quick run: it shows that all works, and its figures mean nothing")
        if cores() < asked.jobs:
            bench.figures.notes.append(f"WRONG: {asked.jobs} jobs on {cores()} cores")
        bench.all()
    figures = bench.figures
    if asked.output is not None:
        asked.output.write_text(json.dumps(figures.plain(), indent=1) + "\n", encoding="utf-8")
    print(markdown(figures) if asked.markdown else text(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
