"""Where the gradients of several parts are added in half precision, or their sum is rounded to it."""

from collections.abc import Iterator

from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import SUMS
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import Batch, batch_of, behind
from judge.pitfalls.reading.updates import cast_for_arithmetic

SUMS_OF_AXES = {"reduce_sum", "psum", "psum_invariant"}
CONTRACTIONS = SUMS_OF_AXES | {"dot_general", "cumsum"}


def half_sums(clues: Clues, gradient: Gradient) -> Iterator[Step]:
    """Steps that add parts in the compute dtype, and casts to it of what was added.

    Not where the masters are in that dtype: then the gradients are because of them.
    """
    batch = batch_of(clues)
    if batch is None or gradient.increment is None:
        return
    passes = batch.passes
    if gradient.update is not None and starts_half(clues, passes, gradient.update.base):
        return
    region = {step.index for step in gradient.region}
    for step in behind(passes, gradient):
        if passes.makes(step).lr not in {0, None}:
            continue  # that is the increment, and no gradient any more
        own = step.index in region
        added = _adds(clues, batch, step) or contracts(clues, batch, step)
        rounded = not added and _rounds(clues, batch, step, own=own)
        if added or (rounded and not cast_for_arithmetic(clues, passes, gradient, step)):
            yield step


def starts_half(clues: Clues, passes: TrainingStep, base: int) -> bool:
    """Whether masters are in the compute dtype."""
    fact = passes.fact(base)
    return clues.compute in {fact.dtype, *(passes.fact(root).dtype for root in fact.roots)}


def _adds(clues: Clues, batch: Batch, step: Step) -> bool:
    """Whether a step adds what different parts gave, with a result in the compute dtype."""
    if step.op not in SUMS or batch.passes.makes(step).dtype != clues.compute:
        return False
    one, other = (set(batch.share(item).rows) for item in (step.operands[0], step.operands[-1]))
    return bool(one - other) and bool(other - one)


def contracts(clues: Clues, batch: Batch, step: Step) -> bool:
    """Whether a step sums over an axis of parts, with a result in the compute dtype.

    In a backward pass that may be the axis of something else which is as long, but in a sum of several parts.
    """
    if step.op not in CONTRACTIONS or batch.passes.makes(step).dtype != clues.compute:
        return False
    own = step.place.phase != "backward"
    return unstacks(batch, step) and (own or batch.several(step.results[0]))


def unstacks(batch: Batch, step: Step) -> bool:
    """Whether a step's operand has an axis of parts, and its result none."""
    stacked = [item for item in step.operands if batch.is_stacked(item) and batch.share(item).elements]
    return bool(stacked) and not batch.is_stacked(step.results[0])


def _rounds(clues: Clues, batch: Batch, step: Step, *, own: bool) -> bool:
    """Whether a step rounds the sum of several parts to the compute dtype.

    Args:
        own: it isn't part of a backward pass, where the sum over the rows of a part is rounded, too.
    """
    if batch.passes.rounds_to(step) != clues.compute or not step.operands:
        return False
    operand = step.operands[0]
    if not own and len(batch.share(operand).rows) < 2:  # noqa: PLR2004 - several
        return False
    return batch.several(operand) and not batch.is_stacked(operand)
