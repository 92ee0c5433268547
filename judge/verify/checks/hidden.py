"""Hidden cases: what is public must not give them away."""

import math
from collections.abc import Iterator

import numpy as np

from judge.problem.model import Case, CaseTemplate, Draw, Problem
from judge.verify.record import Result, Table, fault, note, ok
from judge.verify.workshop import Workshop

WANTED_BITS = 20.0  # of what a hidden drawn case can be: less can be tried out, one after the other
DRAWN_BITS = 53.0  # of an entropy
OPEN_BITS = 20.0  # of one number that isn't chosen from a list


def check(shop: Workshop) -> Iterator[Result | Table]:
    """Their numbers, their data, and how many there could be."""
    hidden = [case for case in shop.usable if case.visibility == "hidden"]
    if not hidden:
        yield note("hidden cases", "there is none: whatever is learnt from the public ones is enough")
        return
    for case in hidden:
        twins = [other for other in shop.usable if other.visibility == "public" and _same(shop, case, other)]
        if twins:
            names = ", ".join(one.name for one in twins)
            yield fault(
                case.name, f"is the same as the public {names}: give it another seed or other numbers"
            )
        else:
            yield ok(case.name, "has no public twin")
    for template in shop.problem.cases:
        if template.visibility == "hidden":
            yield _how_many(shop.problem, template)


def _same(shop: Workshop, one: Case, other: Case) -> bool:
    """Whether both call with the same numbers and arrays."""
    if one.arguments != other.arguments or one.shapes != other.shapes:
        return False
    arrays, others = shop.truths[one.name].arrays, shop.truths[other.name].arrays
    return all(np.array_equal(arrays[name], others[name]) for name in arrays)


def _how_many(problem: Problem, template: CaseTemplate) -> Result:
    """How many different cases a hidden template can be."""
    bits = possibilities(problem, template)
    if bits == 0:
        told = "stands in problem.yaml with all its numbers, and is the same in each run"
        return note(template.name, f"{told}: for a class, keep such cases elsewhere (--extra-cases)")
    if bits < WANTED_BITS:
        told = f"can be one of {2**bits:.0f} cases only, which can all be tried"
        return fault(template.name, f"{told}: leave out data.seed, or draw its numbers from more")
    return ok(template.name, f"can be one of 2**{min(bits, DRAWN_BITS):.0f} cases")


def possibilities(problem: Problem, template: CaseTemplate) -> float:
    """Bits of what is drawn for a case: at most those of an entropy."""
    numbers = sum(_drawn(value) for value in template.arguments.values() if isinstance(value, Draw))
    data = 0.0 if template.data_seed is not None else sum(_data(template, name) for name in problem.arrays)
    return min(numbers + data, DRAWN_BITS)


def _drawn(draw: Draw) -> float:
    match draw.kind:
        case "choice":
            return math.log2(len(set(draw.values)))
        case "integers":
            return math.log2(draw.values[1] - draw.values[0] + 1)
        case _:
            return OPEN_BITS if draw.values[0] != draw.values[1] else 0.0


def _data(template: CaseTemplate, name: str) -> float:
    recipe, shape = template.data[name], template.shapes[name]
    if recipe.kind == "linear_of":
        return 0.0
    free = math.prod(shape)
    if recipe.rows != "independent" and shape:
        free //= shape[0] if recipe.rows == "identical" else min(2, shape[0])
    each = math.log2(len(set(recipe.values))) if recipe.kind == "choice" else OPEN_BITS
    if recipe.kind == "uniform" and recipe.values[0] == recipe.values[1]:
        each = 0.0
    return free * each
