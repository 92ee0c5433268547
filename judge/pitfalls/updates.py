"""Where gradients and parameters lose precision on the way to the update."""

from collections.abc import Iterator

from judge.flow.passes import Gradient, Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues

CASTS = {"convert_element_type", "reduce_precision"}


def in_optimizer(step: Step) -> bool:
    """Whether a library's optimizer asked for the step.

    And not the learner's own code (`optax.tree.cast` is theirs).
    """
    return any(name.startswith("optax/") and "update" in name for name in step.place.api)


def casts(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    """Casts of the gradient to the compute dtype, those left out that end a sum in the compute dtype."""
    for step in gradient.region:
        if passes.rounds_to(step) == clues.compute and not passes.ends_a_sum(step):
            yield step


def half_unscalings(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    """Divisions by the loss scale that are done in the compute dtype, its masters being in full precision."""
    if gradient.update is not None and passes.fact(gradient.update.base).half:
        return  # the gradients are in that dtype because the masters are
    for step in gradient.region:
        made = passes.makes(step)
        if step.op in {"div", "mul"} and made.dtype == clues.compute and made.scale is not None:
            before = [passes.fact(item).scale for item in step.operands if passes.fact(item).data]
            if any(degree is not None and degree > made.scale for degree in before):
                yield step


def half_arithmetic(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    """Steps of the increment, or of its addition, whose result is in the compute dtype."""
    for step in gradient.region:
        made = passes.makes(step)
        half = made.dtype == clues.compute or passes.rounds_to(step) == clues.compute
        if half and (made.lr != 0 or in_optimizer(step)):
            yield step
    update = gradient.update
    if update is not None and passes.fact(update.result).dtype == clues.compute:
        yield update.step


def cast_for_arithmetic(clues: Clues, passes: Passes, gradient: Gradient, cast: Step) -> bool:
    """Whether a cast is there only for arithmetic in the compute dtype in the same statement."""
    return any(
        step is not cast and not in_optimizer(step) and _together(clues, cast, step)
        for step in half_arithmetic(clues, passes, gradient)
    )


def _together(clues: Clues, one: Step, other: Step) -> bool:
    first, second = one.place, other.place
    if first.line is None or second.line is None:
        return False
    return clues.text.same_statement(first.line, second.line)


def master_roundings(clues: Clues, passes: Passes) -> Iterator[Step | None]:
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


def first_maker(passes: Passes, roots: frozenset[int]) -> Step | None:
    """The first step with a line among those that make these values."""
    makers = [passes.program.maker(root) for root in sorted(roots)]
    return next((step for step in makers if step is not None and step.place.frames), None)
