"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Gradient, Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed_cast, casts_at
from judge.pitfalls.updates import cast_for_arithmetic, casts, half_unscalings, in_optimizer

NAME = "low-precision-grads"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Casts of gradients to the compute dtype; one that rounds nothing is a warning."""
    passes = clues.passes
    if passes is None:
        return
    found = [
        (passes.fact(step.operands[0]).narrow, step)
        for gradient in passes.gradients
        for step in _by_themselves(clues, passes, gradient)
    ]
    if not found:
        return
    harmless, step = min(found, key=lambda item: (item[0], item[1].index))
    if harmless:
        message = f"the gradients are cast to {clues.compute} here; they come out of a {clues.compute} backward, so nothing is lost yet"
    else:
        message = f"the unscaled gradients are rounded to {clues.compute} here, before the optimizer uses them"
    remedy = "keep the gradients in float32 from here on: leave this cast out"
    wrong = [item.index for gradient in passes.gradients for item in gradient.region]
    severity = Severity.WARNING if harmless else Severity.ERROR
    yield clues.finding(NAME, blamed_cast(clues.text, step, casts_at(passes, step, wrong)), message, remedy, severity=severity)


def _by_themselves(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    """Casts that are not part of arithmetic in the compute dtype, which is another pitfall."""
    if any(True for _ in half_unscalings(clues, passes, gradient)):
        return
    for step in casts(clues, passes, gradient):
        before_lr = passes.makes(step).lr == 0 and not in_optimizer(step)
        if before_lr and not cast_for_arithmetic(clues, passes, gradient, step):
            yield step
