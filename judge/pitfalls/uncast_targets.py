"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Passes
from judge.flow.walk import Difference
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed

NAME = "uncast-targets"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Differences whose targets have never been rounded."""
    passes = clues.passes
    if passes is None:
        return
    errors = [item for item in passes.errors if passes.is_differentiated(item.step) or passes.is_final(item.step)]
    right = [item.step for item in errors if _cast(passes, item)]
    y = clues.name("targets")
    for item in errors:
        if not _cast(passes, item):
            frame = blamed(item.step, right)
            message = f"`{y}` is subtracted in float32: it was never cast to {clues.compute}"
            remedy = f"cast it as you cast the inputs: `{y}.astype(jnp.{clues.compute})`"
            yield clues.finding(NAME, frame, message, remedy)
            return


def _cast(passes: Passes, error: Difference) -> bool:
    """Whether the targets were rounded, or nothing on the other side was."""
    return bool(passes.fact(error.targets).touched) or not passes.fact(error.prediction).touched
