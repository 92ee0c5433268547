"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.matmuls import WHOLE, matmuls

NAME = "full-precision-loss"
SEVERITY = Severity.WARNING


def detect(clues: Clues) -> Iterator[Finding]:
    """Error or squares of the differentiated loss in full precision, prediction and targets having been cast."""
    passes = clues.passes
    if passes is None or any(item.differentiated and item.state != "cast" for item in matmuls(passes)):
        return
    cast = [item for item in passes.errors if passes.fact(item.targets).touched and passes.fact(item.prediction).touched]
    if len(cast) != len(passes.errors):
        return
    steps = [item.step for item in cast] + list(passes.squares)
    for step in sorted(steps, key=lambda item: item.index):
        if passes.is_differentiated(step) and passes.makes(step).dtype in WHOLE:
            what = clues.assigned(step.place.line, "the error")
            message = f"{what} is computed in float32 from a {clues.compute} prediction and {clues.compute} targets"
            remedy = f"let error and squares stay in {clues.compute}; cast the mean to float32 before you scale it"
            yield clues.finding(NAME, step, message, remedy, severity=SEVERITY)
            return
