"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.updates import half_unscalings

NAME = "low-precision-unscale"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Divisions of gradients by the loss scale whose result is in the compute dtype."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        for step in half_unscalings(clues, passes, gradient):
            message = f"the gradients are divided by `{scale}` in {clues.compute}"
            remedy = f"cast them first: `g.astype(jnp.float32) / {scale}`"
            yield clues.finding(NAME, step, message, remedy)
            return
