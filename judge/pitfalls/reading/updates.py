"""Where gradients and parameters lose precision on the way to the update."""

from collections.abc import Iterator
from itertools import chain

from judge.flow.facts import DATA
from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.reading.clues import Clues

CASTS = {"convert_element_type", "reduce_precision"}


def in_optimizer(step: Step) -> bool:
    """Whether a library's optimizer asked for the step.

    And not the learner's own code (`optax.tree.cast` is theirs).
    """
    return any(name.startswith("optax/") and "update" in name for name in step.place.api)


def casts(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Casts of the gradient to the compute dtype, those left out that end a sum in the compute dtype."""
    for step in gradient.region:
        if passes.rounds_to(step) == clues.compute and not passes.ends_a_sum(step):
            yield step


def transposed(passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """The steps of the backward pass behind a gradient that work on data."""
    for index in sorted(ancestors(passes.program, gradient.raw)):
        step = passes.program.steps[index]
        if step.place.phase == "backward" and step.results and passes.makes(step).data >= DATA:
            yield step


def is_scaled(passes: TrainingStep, gradient: Gradient) -> bool:
    """Whether the backward pass carries the loss scale, or did before a rule of its own divided by it."""
    raw = (passes.fact(operand).scale for operand in gradient.raw)
    behind = (passes.makes(step).scale for step in transposed(passes, gradient))
    return any(degree is not None and degree > 0 for degree in chain(raw, behind))


def half_unscalings(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Divisions by the loss scale that are done in the compute dtype, its masters being in full precision."""
    if gradient.update is not None and passes.fact(gradient.update.base).half:
        return  # the gradients are in that dtype because the masters are
    yield from (step for step in gradient.region if _unscales_in(passes, step, clues.compute))
    # Only a rule of the learner's own divides in the backward pass: mostly there is none to look for.
    own = [step for step in passes.program.steps if step.place.phase == "backward"]
    if any(_unscales_in(passes, step, clues.compute) for step in own):
        behind = transposed(passes, gradient)
        yield from (step for step in behind if _unscales_in(passes, step, clues.compute))


def _unscales_in(passes: TrainingStep, step: Step, dtype: str) -> bool:
    """Whether a step takes a factor `loss_scale` off data, with a result of this dtype."""
    if step.op not in {"div", "mul"} or passes.makes(step).dtype != dtype:
        return False
    made = passes.makes(step).scale
    before = [passes.fact(item).scale for item in step.operands if passes.fact(item).data]
    return made is not None and any(degree is not None and degree > made for degree in before)


def half_arithmetic(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Steps of the increment, or of its addition, whose result is in the compute dtype."""
    for step in gradient.region:
        made = passes.makes(step)
        half = made.dtype == clues.compute or passes.rounds_to(step) == clues.compute
        if half and (made.lr != 0 or in_optimizer(step)):
            yield step
    update = gradient.update
    if update is not None and passes.fact(update.result).dtype == clues.compute:
        yield update.step


def cast_for_arithmetic(clues: Clues, passes: TrainingStep, gradient: Gradient, cast: Step) -> bool:
    """Whether a cast is there only for arithmetic in the compute dtype in the same statement."""
    return any(
        step is not cast and not in_optimizer(step) and _together(clues, cast, step)
        for step in half_arithmetic(clues, passes, gradient)
    )


def _together(clues: Clues, cast: Step, other: Step) -> bool:
    """Whether a cast, or the call of a helper that casts, stands in the statement of another step."""
    line = other.place.line
    return line is not None and any(
        clues.text.same_statement(frame.line, line) for frame in cast.place.frames
    )


def master_roundings(clues: Clues, passes: TrainingStep) -> Iterator[Step | None]:
    """Casts of the masters that an update starts from.

    None where the masters are in the compute dtype from the start.
    """
    for update in passes.updates:
        base = passes.fact(update.base)
        steps = [passes.program.steps[index] for index in base.rounded]
        found = [step for step in steps if passes.rounds_to(step) == clues.compute]
        for step in found:
            only_here = passes.fact(update.result).half and _together(clues, step, update.step)
            if not only_here:
                yield step
        if not base.rounded and any(passes.fact(root).dtype == clues.compute for root in base.roots):
            yield first_maker(passes, base.roots)


def first_maker(passes: TrainingStep, roots: frozenset[int]) -> Step | None:
    """The first step with a line among those that make these values."""
    makers = [passes.program.maker(root) for root in sorted(roots)]
    return next((step for step in makers if step is not None and step.place.frames), None)


def moving(gradient: Gradient) -> int | None:
    """The operand that shows what moves a parameter: the new one itself, where raw gradients are added."""
    raw = gradient.increment is None or gradient.increment in gradient.raw
    return gradient.update.result if raw and gradient.update is not None else gradient.increment
