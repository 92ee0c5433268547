"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import update_step

NAME = "unscaled-grads"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments that still have a degree in the loss scale."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        raw = [passes.fact(operand).scale for operand in gradient.raw]
        if gradient.update is None or gradient.increment is None:
            continue
        left = passes.fact(gradient.increment).scale
        if left is not None and left > 0 and any(degree is not None and degree > 0 for degree in raw):
            message = f"the parameters move by gradients that are still multiplied by `{scale}`"
            remedy = f"divide the gradients by `{scale}` before the optimizer sees them"
            yield clues.finding(NAME, update_step(passes, gradient), message, remedy)
            return
