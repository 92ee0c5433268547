"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Gradient, Passes
from judge.flow.program import Frame
from judge.flow.walk import ancestors
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed, first_with_line

NAME = "missing-loss-scale"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Raw gradients without a degree in the loss scale."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        degrees = [passes.fact(operand).scale for operand in gradient.raw]
        if degrees and all(degree is not None and degree <= 0 for degree in degrees):
            message = f"the loss that is differentiated isn't multiplied by `{scale}`"
            remedy = f"return `loss.astype(jnp.float32) * {scale}` from the function that is differentiated"
            yield clues.finding(NAME, _where(clues, passes, gradient), message, remedy)
            return


def _where(clues: Clues, passes: Passes, gradient: Gradient) -> Frame | int | None:
    """The cotangent where one is given; otherwise the loss's last line, or the call where the loss is used rightly, too."""
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, gradient.raw))]
    backward = [step for step in steps if step.place.phase == "backward"]
    pulls = clues.text.pullback_lines()
    if len(pulls) == 1:
        return pulls[0]
    squares = [step for step in passes.squares if passes.is_differentiated(step)]
    step = first_with_line(backward) or first_with_line(squares)
    if step is None:
        return None
    return blamed(step, [item for item in passes.program.steps if passes.is_final(item)])
