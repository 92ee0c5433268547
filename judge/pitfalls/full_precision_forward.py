"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.matmuls import matmuls

NAME = "full-precision-forward"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Matmuls of the differentiated forward whose parameters are in full precision."""
    passes = clues.passes
    if passes is None:
        return
    for item in matmuls(passes):
        if item.differentiated and item.state == "full" and item.halves <= {clues.compute}:
            if item.promoted:
                message = f"the parameters are brought back to float32 here, so the matmul doesn't run in {clues.compute}"
            else:
                message = f"the matmul of the differentiated loss runs on float32 parameters, not on a {clues.compute} copy"
            remedy = f"cast parameters, inputs and targets to {clues.compute} inside of the loss function, and leave them so"
            yield clues.finding(NAME, item.step, message, remedy)
            return
