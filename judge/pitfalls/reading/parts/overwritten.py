"""Parts that were computed and given up, and parameters that a loop carries on."""

from judge.flow.program import Step
from judge.flow.training_step import MOVES, Gradient, TrainingStep
from judge.flow.walk import Update
from judge.pitfalls.reading.parts.batch import Batch

FACTORS = {"mul", "div", "neg"}
INDEXED = {"slice", "dynamic_slice", "gather", "dynamic_index_in_dim"}


def given_up(batch: Batch, gradient: Gradient) -> Step | None:
    """The step that gives the one gradient that is left of several; None where all are used."""
    region = gradient.region
    for step in region:
        if _forgets(batch, step):
            return batch.passes.program.maker(step.operands[-1])
        if step.op in INDEXED and _takes_the_last(batch, step):
            return step
    update = gradient.update
    reached = set() if update is None else {key for key in batch.moved(update).rows if key >= 0}
    if not reached or not any(key < max(reached) for key in _computed(batch) - reached):
        return None
    makers = [batch.passes.program.maker(item) for item in gradient.raw]
    return max((step for step in makers if step is not None), key=lambda step: step.index, default=None)


def _forgets(batch: Batch, step: Step) -> bool:
    """Whether a loop's carry is made anew on each turn from the part of that turn alone."""
    if step.op != "join" or step.params.get("turns") in {None, 1} or len(step.operands) < 2:  # noqa: PLR2004 - a carry
        return False
    after = batch.share(step.operands[-1])
    return bool(after.elements) and -1 - step.index not in after.rows


def _takes_the_last(batch: Batch, step: Step) -> bool:
    """Whether the last of the gradients that stand side by side is taken out."""
    operand, piece = step.operands[0], step.results[0]
    count = batch.passes.count
    if not batch.is_stacked(operand) or batch.is_stacked(piece) or not _side_by_side(batch, operand):
        return False
    axis = batch.passes.fact(operand).shape.index(count)
    starts = step.params.get("start_indices")
    if isinstance(starts, list):
        return len(starts) > axis and starts[axis] == count - 1
    indices = [batch.share(item).number for item in step.operands[1:]]
    start = indices[axis] if step.op == "dynamic_slice" and len(indices) > axis else None
    return start == count - 1 or (start is None and count - 1 in indices)


def is_kept_back(batch: Batch) -> bool:
    """Whether no parameter moves, since every increment is multiplied by a gate that stays shut."""
    gradients = [gradient for gradient in batch.passes.gradients if gradient.update is not None]
    return bool(gradients) and all(_is_shut(batch, gradient) for gradient in gradients)


def _is_shut(batch: Batch, gradient: Gradient) -> bool:
    if batch.share(gradient.increment).elements or not batch.is_traced(gradient):
        return False
    products = (step for step in gradient.region if step.op == "mul" and step.place.frames)
    shares = ([batch.share(item) for item in step.operands] for step in products)
    return any(any(one.number == 0 for one in pair) and any(one.elements for one in pair) for pair in shares)


def _side_by_side(batch: Batch, operand: int) -> bool:
    """Whether a value has the gradients of all parts one beside the other, and no sums of them."""
    if not batch.share(operand).elements or any(key < 0 for key in batch.share(operand).rows):
        return False
    step = batch.passes.program.maker(operand)
    while step is not None and step.place.phase != "backward":
        data = [item for item in step.operands if batch.share(item).elements]
        if step.op not in MOVES | FACTORS or len(data) != 1:
            return False
        step = batch.passes.program.maker(data[0])
    return step is not None


def _computed(batch: Batch) -> set[int]:
    """The differences whose gradients were computed, used or not."""
    passes = batch.passes
    found: set[int] = set()
    for step in passes.program.steps:
        if step.place.phase == "backward" and step.results:
            found |= {key for key in batch.share(step.results[0]).rows if key >= 0}
    return found


def carried(passes: TrainingStep, update: Update, parameter: int) -> bool:
    """Whether a loop carries an updated parameter on to a forward pass, in which `parameter` is used."""
    for step in passes.program.steps[update.step.index + 1 :]:
        if step.op != "join" or step.params.get("turns") in {None, 1} or len(step.operands) < 2:  # noqa: PLR2004 - a carry
            continue
        if update.result in passes.fact(step.operands[-1]).roots:
            return _comes_from(passes, parameter, step.operands[0])
    return False


def _comes_from(passes: TrainingStep, operand: int, source: int) -> bool:
    waiting, seen = [operand], set[int]()
    while waiting:
        value = waiting.pop()
        if value == source:
            return True
        step = passes.program.maker(value)
        if value not in seen and step is not None:
            seen.add(value)
            waiting.extend(step.operands)
    return False
