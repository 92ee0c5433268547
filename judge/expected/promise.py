"""Whether a reference returns what its problem promises."""

import numpy as np

from judge.compare import called, numbers, place_text, shape_text
from judge.evidence import ArrayValue, TreeValue, Value
from judge.problem.model import ArraySpec, Spec, TreeSpec


def broken_promise(value: Value, spec: Spec, where: tuple[str, ...] = ()) -> str | None:
    """What is wrong with a reference's output: it must have the promised structure, and be finite."""
    fault = _of_tree(value, spec, where) if isinstance(spec, TreeSpec) else _of_array(value, spec)
    return fault and (fault if isinstance(spec, TreeSpec) else place_text(where) + fault)


def _of_tree(value: Value, spec: TreeSpec, where: tuple[str, ...]) -> str | None:
    names = {name for name, _ in spec.items}
    if not isinstance(value, TreeValue) or {name for name, _ in value.items} != names:
        return f"{place_text(where)}the reference returned {called(value)}, not the promised {spec.kind}"
    inner = dict(value.items)
    faults = (broken_promise(inner[name], part, (*where, name)) for name, part in spec.items)
    return next((fault for fault in faults if fault), None)


def _of_array(value: Value, spec: ArraySpec) -> str | None:
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
    if not np.isfinite(numbers(value)).all():
        return "the reference returned numbers that aren't finite"
    return None
