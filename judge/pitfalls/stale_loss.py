"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Passes
from judge.flow.program import Frame, Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import outermost
from judge.pitfalls.returned import is_old, is_stored, loss_steps

NAME = "stale-loss"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned loss that doesn't depend on the update, which was stored or came later."""
    passes = clues.passes
    if passes is None or not passes.updates or not is_old(passes):
        return
    steps = loss_steps(passes)
    first_update = min(update.step.index for update in passes.updates)
    if not steps or (steps[0].index > first_update and not is_stored(passes)):
        return
    where: Frame | int | None = _frame(passes, steps) or clues.text.last_return(clues.problem.entry_point)
    message = "the returned loss was computed from the parameters as they were before the update"
    yield clues.finding(NAME, where, message, "compute the loss again with the updated parameters, and return that")


def _frame(passes: Passes, steps: list[Step]) -> Frame | None:
    """The line that evaluates the loss that is returned; None for the differentiated one, whose return is the mistake."""
    if any(step.place.phase == "forward" for step in steps):
        return None
    return outermost(steps[-1])
