"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Passes
from judge.flow.program import Frame, Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed

NAME = "scaled-loss-returned"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned value with a degree in the loss scale."""
    passes = clues.passes
    if passes is None or passes.returned is None:
        return
    degree = passes.fact(passes.returned).scale
    if degree is not None and degree > 0:
        scale = clues.name("loss_scale")
        where: Frame | int | None = _frame(passes) or clues.text.last_return(clues.problem.entry_point)
        message = f"the returned loss is still multiplied by `{scale}`"
        remedy = f"return the loss without the factor: don't scale it here, or divide it by `{scale}`"
        yield clues.finding(NAME, where, message, remedy)


def _frame(passes: Passes) -> Frame | None:
    """The call or line that scales the loss that is returned."""
    steps = [passes.program.steps[index] for index in sorted(passes.before_returned, reverse=True)]
    for step in steps:
        made = passes.makes(step)
        if step.op not in {"mul", "div"} or not _gains(passes, step) or not made.data and "update" not in made.depends:
            continue
        if step.place.phase == "forward":
            return None  # the scaled loss that was differentiated: returning it is the mistake
        right = [item for item in passes.program.steps if item.op == step.op and item.place.phase == "forward"]
        return blamed(step, right)
    return None


def _gains(passes: Passes, step: Step) -> bool:
    made = passes.makes(step).scale
    before = [passes.fact(operand) for operand in step.operands]
    loss = [fact.scale for fact in before if fact.data or "update" in fact.depends]
    return made is not None and any(degree is not None and degree < made for degree in loss)
