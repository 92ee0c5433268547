"""How near right programs come to rejection on the drawn cases, over many entropies.

python bench/entropies.py [--problem ID] [--entropies N] [--first N] [--eager N]

The reference runs eagerly, as it does for expected values. The right styles are compiled, one program a
shape, because that takes a small part of the time; on every N-th entropy (--eager) they run eagerly, too.
Prints each style's largest error in tolerances, where it was met, and in how many of the eager runs the two
gave different numbers. Exits 1 when one comes nearer to rejection than half a tolerance, or isn't
representable.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from margins import Bench, Program, as_value, compiled, load_bench

from judge.cases import expand
from judge.problem.model import Case
from judge.verify.measured import NEAR, Measured, family, short


@dataclass(slots=True, kw_only=True)
class Style:
    """What was met of one style.

    Attributes:
        error: the largest, in tolerances, and `where`. off: how many of the `cases` differ at all.
        eager: how many ran eagerly as well, and how many of these gave another number (`apart`).
    """

    error: float = 0.0
    where: str = "never off"
    off: int = 0
    cases: int = 0
    eager: int = 0
    apart: int = 0
    representable: bool = True

    def note(self, measured: Measured, where: str) -> None:
        """One more output."""
        if measured.error > self.error:
            self.error, self.where = measured.error, where
        self.representable = self.representable and not measured.mark


@dataclass(slots=True)
class Styles:
    """A problem's right styles, each compiled where it can be."""

    bench: Bench
    compiled: Mapping[str, Program] = field(init=False)
    found: dict[str, Style] = field(init=False)

    def __post_init__(self) -> None:
        self.compiled = {name: compiled(program) for name, program in self.bench.correct.items()}
        self.found = {name: Style() for name in self.compiled}

    def measure(self, case: Case, where: str, *, eagerly: bool) -> None:
        """Every style on one case."""
        arguments = self.bench.arguments(case)
        expected = as_value(self.bench.reference(**arguments))
        for name, style in self.found.items():
            value = as_value(self.compiled[name](*arguments.values()))
            measured = self.bench.measured(expected, value)
            style.note(measured, where)
            style.cases += 1
            style.off += measured.error > 0
            if eagerly:
                eager = as_value(self.bench.correct[name](*arguments.values()))
                style.note(self.bench.measured(expected, eager), f"{where}, eagerly")
                style.eager += 1
                style.apart += eager != value


def drawn(bench: Bench, entropy: int) -> Iterator[Case]:
    """The cases whose data are drawn."""
    fixed = {template.name for template in bench.problem.cases if template.data_seed is not None}
    return (case for case in expand(bench.problem, entropy) if family(case.name) not in fixed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--problem", default="mixed_precision_step", metavar="ID")
    parser.add_argument("--entropies", type=int, default=100, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the entropy to begin with")
    parser.add_argument("--eager", type=int, default=25, metavar="N", help="every N-th one eagerly, too")
    options = parser.parse_args()
    began = time.monotonic()
    styles = Styles(load_bench(options.problem))
    last = options.first + options.entropies
    for entropy in range(options.first, last):
        eagerly = entropy % options.eager == 0
        for case in drawn(styles.bench, entropy):
            styles.measure(case, f"{case.name} at entropy {entropy}", eagerly=eagerly)
        if eagerly:
            print(f"{entropy} of {last}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"{options.problem}: entropies {options.first} to {last - 1}, {len(styles.found)} right styles")
    return report(styles.found)


def report(found: Mapping[str, Style]) -> int:
    width = max(map(len, found), default=0)
    for name, one in sorted(found.items(), key=lambda item: -item[1].error):
        worst = f"{short(one.error):>6} of a tolerance ({one.where})"
        print(f"{name:{width}}  {worst}, {one.off} of {one.cases} off", end="")
        print(f", eager and compiled apart in {one.apart} of {one.eager}" if one.apart else "")
    near = [name for name, one in found.items() if one.error > NEAR or not one.representable]
    print(f"Nearer than {NEAR:g} of a tolerance, or not representable: {', '.join(near) or 'none'}")
    return 1 if near else 0


if __name__ == "__main__":
    sys.exit(main())
