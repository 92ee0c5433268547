"""What the values of a training step are called."""

from judge.flow.facts import DATA, UPDATE
from judge.flow.graph.origin import before_moves, origin
from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import SUMS

MASTERS, COPY = "master parameters", "compute copy"
PREDICTION, ERROR, SQUARES = "prediction", "error", "squares"
RAW, SUMMED, UNSCALED = "raw gradients", "summed gradients", "unscaled gradients"
INCREMENT, NEW, KEPT = "increment", "new parameters", "resulting parameters"
SCALED, RETURNED = "scaled loss", "returned loss"


def masters_of(passes: TrainingStep) -> tuple[int, ...]:
    """The operands that training starts from, in the order of the program."""
    products = [item.parameter for item in passes.products if passes.is_differentiated(item.step)]
    bases = [gradient.update.base for gradient in passes.gradients if gradient.update is not None]
    roots = {root for item in (*products, *bases) for root in passes.fact(item).roots}
    return tuple(sorted(root for root in roots if UPDATE not in passes.fact(root).depends))


def roles_of(passes: TrainingStep) -> dict[int, str]:
    """Operand → role; of one that has several, the one that says most."""
    found: dict[int, str] = {}

    def note(role: str, *operands: int) -> None:
        for operand in operands:
            found.setdefault(origin(passes, operand), role)

    for gradient in passes.gradients:
        if gradient.update is not None:
            note(NEW, gradient.update.result)
        if gradient.increment is not None and gradient.increment not in gradient.raw:
            note(INCREMENT, gradient.increment)
        note(UNSCALED, *_unscaled(passes, gradient))
        note(SUMMED, *_summed(passes, gradient))
        note(RAW, *gradient.raw)
    note(KEPT, *(step.results[0] for step in passes.program.steps if _chooses_masters(passes, step)))
    for item in passes.products:
        if passes.is_differentiated(item.step) or passes.is_final(item.step):
            rounded = [passes.program.steps[index] for index in passes.fact(item.parameter).rounded]
            note(COPY, *(step.results[0] for step in rounded if step.place.phase != "backward"))
    note(PREDICTION, *(before_moves(passes, error.prediction) for error in passes.errors))
    note(ERROR, *(error.step.results[0] for error in passes.errors))
    note(SQUARES, *(step.results[0] for step in passes.squares))
    note(SCALED, *(step.results[0] for step in passes.program.steps if _scales_loss(passes, step)))
    if passes.returned is not None:
        note(RETURNED, passes.returned)
    return found


def _unscaled(passes: TrainingStep, gradient: Gradient) -> list[int]:
    """What has lost its factor of the loss scale between the backward pass and the increment."""
    return [
        step.results[0]
        for step in gradient.region
        if passes.makes(step).scale == 0
        and any(passes.fact(item).scale not in {0, None} for item in step.operands if _is_data(passes, item))
    ]


def _summed(passes: TrainingStep, gradient: Gradient) -> list[int]:
    """Sums over parts of the batch."""
    sums = [step for step in gradient.region if step.op in SUMS and passes.count > 1]
    return [step.results[0] for step in sums if all(_is_data(passes, item) for item in step.operands)]


def _chooses_masters(passes: TrainingStep, step: Step) -> bool:
    """Whether a step chooses between updated parameters and those from before."""
    made = passes.makes(step) if step.results else None
    if step.op not in {"select_n", "join"} or made is None or not made.parameter or made.data:
        return False
    return UPDATE in made.depends and not made.rounded and passes.fact(step.operands[0]).dtype == "bool"


def _scales_loss(passes: TrainingStep, step: Step) -> bool:
    """Whether a step gives the differentiated loss its factor."""
    if not step.results or step.place.phase == "backward" or not passes.is_differentiated(step):
        return False
    made = passes.makes(step)
    before = [passes.fact(item).scale for item in step.operands if _is_data(passes, item)]
    return made.size == 1 and made.data >= DATA and made.scale not in {0, None} and 0 in before


def _is_data(passes: TrainingStep, operand: int) -> bool:
    return passes.fact(operand).data >= DATA
