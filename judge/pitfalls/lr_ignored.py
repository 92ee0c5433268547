"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import UNKNOWN
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import update_step

NAME = "lr-ignored"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Updates that the learning rate doesn't go into."""
    passes = clues.passes
    if passes is None or not passes.updates or not passes.program.aligned:
        return
    increments = [passes.fact(update.increment) for update in passes.updates]
    if any({"learning_rate", UNKNOWN} & fact.depends or fact.lr != 0 for fact in increments):
        return
    lr = clues.name("learning_rate")
    where: Step | int | None = _constant_rate(clues) or update_step(passes)
    message = f"the update doesn't depend on `{lr}`"
    yield clues.finding(NAME, where, message, f"pass it on: `optax.sgd({lr})`")


def _constant_rate(clues: Clues) -> int | None:
    """The line of the only optimizer that is made, when it is made without the learning rate."""
    lines = clues.text.optimizer_lines(clues.name("learning_rate"))
    return lines[0] if len(lines) == 1 else None
