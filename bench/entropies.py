"""How near right programs come to rejection on the drawn cases, over many entropies.

python bench/entropies.py [--problem ID] [--entropies N] [--first N] [--jobs N]

Prints each right style's largest error in tolerances and where it was met. Exits 1 when one comes nearer to
rejection than half a tolerance, or isn't representable.
"""

import argparse
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from margins import NEAR, Bench, family, load_bench, short

from judge.cases import expand


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A style's largest error in tolerances, where it was met, and how many of the cases differ at all."""

    error: float = 0.0
    where: str = "never off"
    unequal: int = 0
    cases: int = 0
    representable: bool = True

    def __add__(self, other: "Nearest") -> "Nearest":
        worse = other if other.error > self.error else self
        return Nearest(
            error=worse.error,
            where=worse.where,
            unequal=self.unequal + other.unequal,
            cases=self.cases + other.cases,
            representable=self.representable and other.representable,
        )


def nearest(problem: str, entropies: Iterable[int]) -> dict[str, Nearest]:
    """Each style's worst over the drawn cases of these entropies."""
    bench = load_bench(problem)
    found = dict.fromkeys(bench.correct, Nearest())
    for entropy in entropies:
        for name, one in _of_entropy(bench, entropy):
            found[name] += one
    return found


def _of_entropy(bench: Bench, entropy: int) -> Iterable[tuple[str, Nearest]]:
    fixed = {template.name for template in bench.problem.cases if template.data_seed is not None}
    for case in expand(bench.problem, entropy):
        if family(case.name) in fixed:
            continue
        for name, measured in bench.measure(bench.correct, case):
            yield (
                name,
                Nearest(
                    error=measured.error,
                    where=f"{case.name} at entropy {entropy}",
                    unequal=int(measured.error > 0),
                    cases=1,
                    representable=not measured.mark,
                ),
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--problem", default="mixed_precision_step", metavar="ID")
    parser.add_argument("--entropies", type=int, default=100, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the entropy to begin with")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    options = parser.parse_args()
    last = options.first + options.entropies
    shares = [range(options.first + share, last, options.jobs) for share in range(options.jobs)]
    found: dict[str, Nearest] = {}
    # Spawned, because a process that has started jax can't be forked.
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for part in pool.map(nearest, [options.problem] * len(shares), shares):
            found = {name: found.get(name, Nearest()) + one for name, one in part.items()}
    return report(options.problem, range(options.first, last), found)


def report(problem: str, entropies: range, found: dict[str, Nearest]) -> int:
    print(f"{problem}: entropies {entropies.start} to {entropies.stop - 1}, {len(found)} right styles")
    width = max(map(len, found), default=0)
    for name, one in sorted(found.items(), key=lambda item: -item[1].error):
        worst = f"{short(one.error):>6} of a tolerance ({one.where})"
        print(f"{name:{width}}  {worst}, {one.unequal} of {one.cases} differ")
    near = [name for name, one in found.items() if one.error > NEAR or not one.representable]
    print(f"Nearer than {NEAR:g} of a tolerance, or not representable: {', '.join(near) or 'none'}")
    return 1 if near else 0


if __name__ == "__main__":
    sys.exit(main())
