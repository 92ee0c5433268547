"""Which rows of the batch a part was cut from."""

from typing import Any

from judge.flow.program import Step
from judge.flow.training_step import Gradient
from judge.pitfalls.reading.parts.batch import Batch

Cut = tuple[frozenset[int], float, bool]  # from what, where it begins, and whether it ends with that


def is_of_last_rows(batch: Batch, gradient: Gradient) -> bool:
    """Whether a sum of gradients is that of one part's, the last one's, which was taken again and again."""
    if gradient.update is None:
        return False
    keys = [key for key in batch.moved(gradient.update).rows if key >= 0]
    if len(keys) < batch.passes.count:
        return False
    cuts = {_cut(batch, key) for key in keys}
    cut = cuts.pop()
    return not cuts and cut is not None and cut[-1]


def _cut(batch: Batch, key: int) -> Cut | None:
    """The cut that the targets of a difference come from, None where that isn't known."""
    passes = batch.passes
    operands = passes.program.steps[key].operands
    operand = next(item for item in operands if passes.fact(item).data == {"targets"})
    for step in passes.chain(operand):
        whole = passes.fact(step.operands[0])
        if step.op == "split":
            index = next((place for place, item in enumerate(step.results) if item == operand), None)
            return None if index is None else (whole.roots, index, index == len(step.results) - 1)
        if step.op in {"slice", "dynamic_slice"} and passes.makes(step).size < whole.size:
            place = _place(batch, step)
            return None if place is None else (whole.roots, *place)
        operand = step.operands[0]
    return None


def _place(batch: Batch, step: Step) -> tuple[float, bool] | None:
    """Where a slice along one axis begins, and whether it goes to the end."""
    whole = batch.passes.fact(step.operands[0]).shape
    starts: list[Any] = [batch.share(item).number for item in step.operands[1:]]
    sizes: list[Any] = _list(step.params.get("slice_sizes")) or list(batch.passes.makes(step).shape)
    if step.op == "slice":
        starts, ends = _list(step.params.get("start_indices")), _list(step.params.get("limit_indices"))
        if not all(type(item) is int for item in (*starts, *ends)):
            return None
        sizes = [end - start for start, end in zip(starts, ends, strict=False)]
    if not len(starts) == len(sizes) == len(whole) or not all(type(size) is int for size in sizes):
        return None
    if set(_list(step.params.get("strides"))) - {1}:
        return None
    axes = [axis for axis, size in enumerate(whole) if sizes[axis] < size]
    if len(axes) != 1 or starts[axes[0]] is None:
        return None
    start = float(starts[axes[0]])
    return start, start + sizes[axes[0]] >= whole[axes[0]]


def _list(param: object) -> list[Any]:
    """A parameter of a step, if it is a list of numbers."""
    return [item for item in param if isinstance(item, int)] if isinstance(param, list) else []
