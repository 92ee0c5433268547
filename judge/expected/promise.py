"""Whether a reference returns what its problem promises."""

import numpy as np

from judge.compare import numbers, place_text
from judge.evidence import ArrayValue, TreeValue, Value, called, shape_text
from judge.problem.model import ArraySpec, Spec, TreeSpec
from judge.problem.tolerance import Tolerance


def broken_promise(value: Value, spec: Spec, tolerance: Tolerance, where: tuple[str, ...] = ()) -> str | None:
    """What is wrong with a reference's output.

    It must have the promised structure, and be finite where the tolerance doesn't say otherwise.
    """
    if isinstance(spec, TreeSpec):
        return _of_tree(value, spec, tolerance, where)
    fault = _of_array(value, spec, tolerance.of(".".join(where)))
    return fault and place_text(where) + fault


def _of_tree(value: Value, spec: TreeSpec, tolerance: Tolerance, where: tuple[str, ...]) -> str | None:
    names = {name for name, _ in spec.items}
    if not isinstance(value, TreeValue) or {name for name, _ in value.items} != names:
        return f"{place_text(where)}the reference returned {called(value)}, not the promised {spec.kind}"
    inner = dict(value.items)
    faults = (broken_promise(inner[name], part, tolerance, (*where, name)) for name, part in spec.items)
    return next((fault for fault in faults if fault), None)


def _of_array(value: Value, spec: ArraySpec, tolerance: Tolerance) -> str | None:
    if not isinstance(value, ArrayValue):
        return f"the reference returned {called(value)}, not an array"
    fits = all(
        isinstance(want, str) or want == size for want, size in zip(spec.shape, value.shape, strict=False)
    )
    if len(value.shape) != len(spec.shape) or not fits:
        came, promised = shape_text(value.shape), shape_text(spec.shape)
        return f"the reference returned shape {came}, the problem promises {promised}"
    if value.dtype != spec.dtype:
        return f"the reference returned {value.dtype}, the problem promises {spec.dtype}"
    free = [tolerance.of(name).non_finite for name in spec.elements] or tolerance.non_finite
    if not (np.isfinite(numbers(value)) | np.asarray(free)).all():
        return "the reference returned numbers that aren't finite"
    return None
