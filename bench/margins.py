"""Kill margins of a problem's shipped cases: how far off each mistake is, and how near right programs come.

python bench/margins.py [--problem ID] [--seeds N]

A number is an error in tolerances: above 1 it is rejected. `*` marks an output that the problem's
representability rule rejects, `shape` and `dtype` one that differs in structure. With --seeds the fixed
data are drawn again from the seeds 0 to N - 1: "worst" is the smallest margin among these, each the best
over its cases.
"""

import argparse
import importlib
import os
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS

os.environ.update(NUMERIC_SETTINGS)  # before jax is imported: its flags are read only then

import jax
import jax.numpy as jnp
import numpy as np

from judge.cases import expand, materialise
from judge.evidence import ArrayValue, OtherValue, TreeValue, Value
from judge.problem.load import load_problem
from judge.problem.model import ArraySpec, Case, Problem, Spec
from judge.verify.measured import NEAR, WANTED, Measured, family, measured, short

ROOT = Path(__file__).resolve().parents[1]
Program = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A problem with its trusted programs."""

    problem: Problem
    reference: Program
    initial_weights: Program
    mistakes: Mapping[str, Program]
    correct: Mapping[str, Program]

    def arguments(self, case: Case) -> dict[str, Any]:
        """The entry point's arguments by name, arrays as jax arrays."""
        arrays = materialise(self.problem, case, self._weights)
        return {
            parameter.name: argument(parameter.name, parameter.spec, arrays, jnp.asarray)
            if parameter.spec is not None
            else case.arguments[parameter.name]
            for parameter in self.problem.parameters
        }

    def _weights(self, case: Case) -> dict[str, Any]:
        blank = {
            name: jax.ShapeDtypeStruct(case.shapes[name], spec.dtype)
            for name, spec in self.problem.arrays.items()
        }
        arguments = {
            parameter.name: argument(parameter.name, parameter.spec, blank, lambda leaf: leaf)
            if parameter.spec is not None
            else case.arguments[parameter.name]
            for parameter in self.problem.parameters
        }
        return {name: np.asarray(weight) for name, weight in self.initial_weights(**arguments).items()}

    def measure(self, programs: Mapping[str, Program], case: Case) -> Iterator[tuple[str, Measured]]:
        """Each program's error on a case."""
        arguments = self.arguments(case)
        expected = as_value(self.reference(**arguments))
        for name, program in programs.items():
            yield name, self.measured(expected, as_value(program(*arguments.values())))

    def measured(self, expected: Value, actual: Value) -> Measured:
        """How far off an output is."""
        return measured(self.problem, expected, actual)


def argument(name: str, spec: Spec, arrays: Mapping[str, Any], convert: Program) -> Any:  # noqa: ANN401 - a tree
    """An array, or a tuple or dict of them, from the leaves that cases know by "name.key"."""
    if isinstance(spec, ArraySpec):
        return convert(arrays[name])
    parts = {key: argument(f"{name}.{key}", part, arrays, convert) for key, part in spec.items}
    return parts if spec.kind == "dict" else tuple(parts.values())


def as_value(output: Any) -> Value:  # noqa: ANN401 - whatever a program returns
    """An output as the records have it."""
    if isinstance(output, dict):
        return TreeValue(kind="dict", items=tuple((key, as_value(item)) for key, item in output.items()))
    if isinstance(output, tuple | list):
        return TreeValue(kind="tuple", items=tuple((str(i), as_value(one)) for i, one in enumerate(output)))
    if not hasattr(output, "dtype"):
        return OtherValue(kind="other", type_name=type(output).__name__, text="")
    array = np.asarray(output)
    return ArrayValue(dtype=array.dtype.name, shape=array.shape, data=array.tobytes())


def compiled(program: Program) -> Callable[..., object]:
    """The program as one compiled function of all its arguments; itself where it needs concrete numbers."""
    jitted = jax.jit(program)

    def run(*arguments: object) -> object:
        nonlocal jitted
        try:
            return jitted(*arguments)
        except (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError):
            jitted = program
            return program(*arguments)

    return run


def load_bench(problem_id: str) -> Bench:
    """The problem, its reference, and its variants where it has some."""
    problem = load_problem(ROOT, ROOT / "problems" / problem_id)
    sys.path.insert(0, str(problem.reference))
    reference = importlib.import_module("reference")

    def table(module: str, name: str) -> Mapping[str, Program]:
        if not (problem.reference / f"{module}.py").is_file():
            return {}
        found: Mapping[str, Program] = getattr(importlib.import_module(module), name)
        return found

    return Bench(
        problem=problem,
        reference=getattr(reference, problem.entry_point),
        initial_weights=getattr(reference, "initial_weights", dict),
        mistakes=table("mistakes", "MISTAKES"),
        correct=table("correct", "CORRECT"),
    )


Matrix = dict[str, dict[str, list[Measured]]]  # program → family of cases → what was measured


def matrix(bench: Bench, programs: Mapping[str, Program], cases: tuple[Case, ...]) -> Matrix:
    """What each program gives on each case."""
    found: Matrix = {name: {family(case.name): [] for case in cases} for name in programs}
    for case in cases:
        for name, one in bench.measure(programs, case):
            found[name][family(case.name)].append(one)
    return found


def redrawn(bench: Bench, seed: int) -> tuple[Case, ...]:
    """The cases with other data: fixed seeds are replaced, drawn cases take the seed as their entropy."""
    fixed = {case.name for case in bench.problem.cases if case.data_seed is not None}
    cases = expand(bench.problem, seed)
    return tuple(replace(case, data_seed=seed) if family(case.name) in fixed else case for case in cases)


def best(row: Mapping[str, list[Measured]]) -> float:
    """A mistake's kill margin: its largest error over the cases."""
    return max(one.error for several in row.values() for one in several)


def table(title: str, rows: Matrix, extra: Mapping[str, list[str]], heads: list[str]) -> str:
    """Rows of the largest error in each family of cases, and further columns behind."""
    families = list(next(iter(rows.values())))
    width = max(map(len, (*rows, title)))

    def line(name: str, cells: Iterable[str]) -> str:
        return f"{name:{width}}  " + " ".join(f"{cell[:10]:>10}" for cell in cells)

    lines = [line(title, (*(one.replace("hidden-", "h:") for one in families), *heads))]
    for name, row in rows.items():
        worst = [str(max(row[key], key=lambda one: one.error)) for key in families]
        lines.append(line(name, (*worst, *extra[name])))
    return "\n".join(lines)


def only_elsewhere(rows: Matrix) -> str:
    """The mistakes that no case rejects by enough, and what tells them instead."""
    weak = {name: best(row) for name, row in rows.items() if best(row) < WANTED}
    marked = [name for name in weak if any(one.mark for found in rows[name].values() for one in found)]
    flow = [name for name, margin in weak.items() if name not in marked and margin <= 1]
    thin = [f"{name} ({margin:.1f})" for name, margin in weak.items() if name not in {*marked, *flow}]
    return "\n".join(
        f"{title}: {', '.join(names) or 'none'}"
        for title, names in (
            (f"Below {WANTED:g} tolerances, but not representable", marked),
            ("Rejected, but by less than that", thin),
            ("Told by the program's flow alone", flow),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--problem", default="mixed_precision_step", metavar="ID")
    parser.add_argument("--seeds", type=int, default=0, metavar="N", help="also on N other data seeds")
    options = parser.parse_args()
    bench = load_bench(options.problem)
    print(f"{options.problem}, jax {jax.__version__}")
    everything = {**bench.mistakes, **bench.correct}
    shipped = matrix(bench, everything, expand(bench.problem, 0))
    others = [matrix(bench, everything, redrawn(bench, seed)) for seed in range(options.seeds)]
    report_mistakes(bench, shipped, others)
    report_right(bench, shipped, others)


def report_mistakes(bench: Bench, shipped: Matrix, others: list[Matrix]) -> None:
    public = {case.name for case in bench.problem.cases if case.visibility == "public"}
    rows = {name: shipped[name] for name in bench.mistakes}

    def columns(name: str) -> list[str]:
        seen = {key: several for key, several in rows[name].items() if key in public}
        margins = [best(other[name]) for other in others]
        spread = [short(min(margins)), short(statistics.median(margins))] if margins else []
        return [short(best(rows[name])), short(best(seen)), *spread]

    if rows:
        heads = ["best", "public", *(["worst", "median"] if others else [])]
        print("\n" + table("mistakes", rows, {name: columns(name) for name in rows}, heads))
        print("\n" + only_elsewhere(rows))


def report_right(bench: Bench, shipped: Matrix, others: list[Matrix]) -> None:
    rows = {name: shipped[name] for name in bench.correct}
    if not rows:
        return
    columns = {name: [short(max(best(other[name]) for other in others))] if others else [] for name in rows}
    print("\n" + table("right styles", rows, columns, ["worst"] if others else []))
    nearest = short(max(map(best, rows.values())))
    print(f"\nNearest to rejection: {nearest} of a tolerance; {NEAR:g} is allowed")
    for seed, other in enumerate(others):
        near = {name: short(best(other[name])) for name in rows if best(other[name]) > NEAR}
        if near:
            print(f"data seed {seed} would bring right styles too near: {near}")


if __name__ == "__main__":
    main()
