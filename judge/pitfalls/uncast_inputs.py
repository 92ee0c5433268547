"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed
from judge.pitfalls.matmuls import matmuls

NAME = "uncast-inputs"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Matmuls that run in full precision because of their inputs alone."""
    passes = clues.passes
    if passes is None:
        return
    found = list(matmuls(passes))
    right = [item.product.step for item in found if item.state == "cast"]
    x = clues.name("inputs")
    for item in found:
        if item.state == "uncast-inputs" and item.halves <= {clues.compute}:
            frame = blamed(item.product.step, right)
            what = clues.assigned(frame.line if frame else None, "the matmul")
            message = f"{what} is float32 here because `{x}` was not cast to {clues.compute}"
            remedy = f"cast it where the parameters are cast: `{x}.astype(jnp.{clues.compute})`"
            yield clues.finding(NAME, frame, message, remedy)
            return
