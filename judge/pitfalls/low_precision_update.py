"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Gradient, Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.updates import (
    cast_for_arithmetic,
    casts,
    half_arithmetic,
    half_unscalings,
    in_optimizer,
    master_roundings,
)

NAME = "low-precision-update"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments and additions in the compute dtype that nothing earlier explains."""
    passes = clues.passes
    if passes is None or any(True for _ in master_roundings(clues, passes)):
        return
    lr = clues.name("learning_rate")
    for gradient in passes.gradients:
        step = next(_unexplained(clues, passes, gradient), None)
        if step is not None:
            what = "the parameters are updated" if gradient.update and step is gradient.update.step else "the increment is computed"
            message = f"{what} in {clues.compute} here"
            remedy = f"do the optimizer's arithmetic in float32: float32 parameters minus `{lr}` times float32 gradients"
            yield clues.finding(NAME, step, message, remedy)
            return


def _unexplained(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    explained = any(True for _ in half_unscalings(clues, passes, gradient)) or any(
        passes.makes(step).lr == 0
        and not in_optimizer(step)
        and not cast_for_arithmetic(clues, passes, gradient, step)
        for step in casts(clues, passes, gradient)
    )
    for step in half_arithmetic(clues, passes, gradient):
        lossy_cast = step.op == "convert_element_type" and step.index in passes.makes(step).rounded
        if not explained or lossy_cast:
            yield step
