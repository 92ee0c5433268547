"""Case templates and an entropy → cases, and a case → its arrays.

Whatever is drawn comes from a SHA-256 of what it is for, so it depends neither on the other cases nor on
their order. numpy is needed by `materialise` alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from judge.errors import HarnessError, ReferenceFault, UsageError
from judge.problem.model import Case, CaseTemplate, Draw, Problem, Recipe, case_names

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]
    InitialWeights = Callable[[Case], Mapping[str, Array]]

# Part of every hash: goes up when the same recipe and seed would make other arrays.
RECIPE_VERSION = 1
LATER = (
    "elements",
    "parts",
    "divides",
    "non_finite",
    "row_factors",
)  # fields that came later: left out of hashes where they are empty


def expand(problem: Problem, entropy: int, extra: Iterable[CaseTemplate] = ()) -> tuple[Case, ...]:
    """The problem's cases and the extra ones with all numbers fixed, in the order of the files."""
    return tuple(
        _case(problem, template, name, entropy)
        for template in (*problem.cases, *extra)
        for name in case_names(template)
    )


def _case(problem: Problem, template: CaseTemplate, name: str, entropy: int) -> Case:
    ints = {parameter.name for parameter in problem.parameters if parameter.kind == "int"}

    def number(parameter: str, value: float | Draw) -> float | int:
        fixed = (
            _drawn(value, _digest(entropy, problem.id, name, parameter)) if isinstance(value, Draw) else value
        )
        return int(fixed) if parameter in ints else float(fixed)

    seed = template.data_seed
    if seed is None:  # 63 bits, so that it is also a valid `data.seed`
        seed = _digest(entropy, problem.id, name, "data") >> (256 - 63)
    return Case(
        name=name,
        arguments={parameter: number(parameter, value) for parameter, value in template.arguments.items()},
        shapes=template.shapes,
        data=template.data,
        data_seed=seed,
        visibility=template.visibility,
        weight=template.weight,
    )


def _digest(*parts: int | str) -> int:
    """256 bits that depend on these parts alone, on every machine."""
    return int.from_bytes(hashlib.sha256(json.dumps(parts).encode()).digest(), "big")


def _drawn(draw: Draw, digest: int) -> float:
    match draw.kind:
        case "integers":
            first, last = (int(end) for end in draw.values)
            return first + digest % (last - first + 1)
        case "choice":
            return draw.values[digest % len(draw.values)]
        case _:
            low, high = draw.values
            fraction = (digest >> (256 - 53)) / 2**53
            return min(max(low * (1.0 - fraction) + high * fraction, low), high)


def select(cases: Sequence[Case], names: Sequence[str]) -> tuple[Case, ...]:
    """The cases of these names, in their own order; `drawn` takes all its repeats, no names take all.

    A name that no case has is another problem's, and passed over.

    Raises:
        UsageError: no case has any of these names.
    """
    chosen = tuple(case for case in cases if not names or case.name in names or _family(case) in names)
    if not chosen and names:
        families = dict.fromkeys(map(_family, cases))
        raise UsageError(f"there is no case {' or '.join(names)}, only: {', '.join(families)}")
    return chosen


def _family(case: Case) -> str:
    return case.name.partition("[")[0]


def cases_sha256(problem: Problem, cases: Iterable[Case]) -> str:
    """Hash of all that decides arrays, arguments, weights, visibility and tolerance; hexadecimal."""
    facts = {
        "recipe_version": RECIPE_VERSION,
        "problem": problem.id,
        "compute_dtype": problem.compute_dtype,
        "parameters": [_given(asdict(parameter)) for parameter in problem.parameters],
        "returns": _given(asdict(problem.returns)),
        "tolerance": _given(asdict(problem.tolerance)),
        "cases": [_given(asdict(case)) for case in cases],
    }
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _given(value: Any) -> Any:  # noqa: ANN401 - plain data
    """Plain data without what came later and says nothing here: so old files keep their hash."""
    if isinstance(value, Mapping):
        return {key: _given(item) for key, item in value.items() if key not in LATER or item}
    return [_given(item) for item in value] if isinstance(value, list | tuple) else value


def needs_weights(case: Case) -> bool:
    """Whether `materialise` will ask for the reference's initial weights."""
    return any(recipe.kind == "linear_of" for recipe in case.data.values())


def materialise(problem: Problem, case: Case, initial_weights: "InitialWeights") -> "dict[str, Array]":
    """The case's arrays, by the name that cases use, each with dtype and sizes of its spec.

    Args:
        problem: the case's.
        case: whose arrays are made.
        initial_weights: gives the reference's initial weights, each 2-D; called at most once, and not when
            no recipe needs them.

    Raises:
        ReferenceFault: the weights don't fit the recipe.
        HarnessError: a recipe gives numbers that are not finite.
    """
    from judge.problem import arrays  # noqa: PLC0415 - numpy, which most commands don't need

    weights = initial_weights(case) if needs_weights(case) else {}
    made: dict[str, Array] = {}
    for name in sorted(case.data, key=lambda name: case.data[name].kind == "linear_of"):  # operands first
        recipe, shape = case.data[name], case.shapes[name]
        if recipe.kind == "linear_of":
            values = arrays.product(recipe, made[recipe.of], _fitting(case, name, recipe, weights))
        else:
            values = arrays.draw(recipe, shape, seed=case.data_seed, name=name)
        dtype = problem.arrays[name].dtype
        made[name] = arrays.finish(values, recipe, compute_dtype=problem.compute_dtype, dtype=dtype)
        if not arrays.is_finite(made[name]):
            raise HarnessError(f"case {case.name}: data.{name} gives numbers that don't fit {dtype}")
    return {name: made[name] for name in case.data}


def _fitting(case: Case, name: str, recipe: Recipe, weights: "Mapping[str, Array]") -> "Array":
    """The weights that take the operand's last axis to the product's."""
    if recipe.weights not in weights:
        known = ", ".join(weights) or "none"
        raise ReferenceFault(
            f"case {case.name}: data.{name} needs the initial weights '{recipe.weights}'; "
            f"the reference has: {known}"
        )
    found, wanted = weights[recipe.weights], (case.shapes[recipe.of][-1], case.shapes[name][-1])
    if found.shape != wanted:
        raise ReferenceFault(
            f"case {case.name}: data.{name} needs initial weights of shape {wanted}; "
            f"'{recipe.weights}' has {found.shape}"
        )
    return found
