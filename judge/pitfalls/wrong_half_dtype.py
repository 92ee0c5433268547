"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import HALVES
from judge.flow.passes import Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import asked_for, blamed
from judge.pitfalls.updates import CASTS

NAME = "wrong-half-dtype"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """The first value of a half precision that isn't the problem's."""
    passes = clues.passes
    if passes is None or clues.compute not in HALVES:
        return
    wrong = next(dtype for dtype in HALVES if dtype != clues.compute)
    step = _first(passes, wrong)
    if step is not None:
        message = f"this casts to {wrong}, which overflows above 65504 and underflows below 6e-8"
        frame = blamed(step, [])
        if step.op in CASTS:
            frame = asked_for(clues.text, step.place.frames, {"astype", "asarray", "array", "convert_element_type", "cast"})
        yield clues.finding(NAME, frame, message, f"use jnp.{clues.compute}: it has the range of float32")


def _first(passes: Passes, wrong: str) -> Step | None:
    returned = {step.index for step in passes.chain(passes.returned)} if passes.returned is not None else set()
    relevant = passes.differentiated | passes.before_returned
    relevant |= {step.index for gradient in passes.gradients for step in gradient.region}
    for step in passes.program.steps:
        if step.index not in relevant or step.index in returned or not step.results:
            continue
        made = passes.makes(step)
        if wrong in {made.dtype, passes.rounds_to(step)} and step.place.frames and made.size > 0:
            return step
    return None
