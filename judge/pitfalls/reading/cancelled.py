"""Where the learning rate is divided out again, as by a norm of what carries it already."""

from judge.flow.program import Step
from judge.flow.training_step import MOVES, Gradient, TrainingStep

TINY = 1e-3  # what is added so that nobody divides by 0
CHOICES = {"select_n", "join", "min", "max", "clamp"}
MOST = 32  # steps that a divisor is followed for


def cancelled(passes: TrainingStep, gradient: Gradient) -> Step | None:
    """The division of an increment by what grows with the learning rate just as it does.

    None where the rate is a factor again after it, or where that is done on a condition, as by a clip.
    """
    found: Step | None = None
    for step in gradient.region:
        facts = [passes.fact(item) for item in step.operands]
        rated = any("learning_rate" in fact.depends and not fact.data for fact in facts)
        if step.op in CHOICES or (step.op in {"mul", "div"} and rated):
            found = None
        elif step.op == "div" and facts[0].lr and _grows(passes, step.operands[1], facts[0].lr):
            found = step
    return found


def _grows(passes: TrainingStep, operand: int, degree: object) -> bool:
    """Whether something has this degree in the learning rate, but for a tiny number that is added to it."""
    for _ in range(MOST):
        if passes.fact(operand).lr == degree:
            return True
        step = passes.program.maker(operand)
        if step is None or step.op not in MOVES | {"mul", "div", "add"}:
            return False
        numbers = [passes.fact(item).value for item in step.operands]
        others = [item for item, number in zip(step.operands, numbers, strict=True) if number is None]
        known = [number for number in numbers if number is not None]
        if len(others) != 1 or (step.op == "add" and any(abs(number) > TINY for number in known)):
            return False
        operand = others[0]
    return False
