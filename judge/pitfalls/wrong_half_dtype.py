"""Another half precision is used than the one asked for.

## What it does

Finds values in the other half precision: float16 where an exercise computes in
bfloat16, bfloat16 where it computes in float16. It replaces whatever would be
said of the same values in the right one.

## Why it is bad

Both have 16 bits and differ in what they spend them on. float16 has finer
steps and a small range: above 65504 there is only infinity, and below 6e-8
only zero. bfloat16 has the range of float32. A squared error of 70, scaled by
1024, is no number in float16 any more:

```pycon
>>> big, small = jnp.float32(70 * 1024), jnp.float32(1e-8)
>>> print(big.astype(jnp.float16), big.astype(jnp.bfloat16))
inf 71680
>>> print(small.astype(jnp.float16), small.astype(jnp.bfloat16))
0.0 1.00117e-08
```

## What differs

```diff
 def mse(params, x, y):
-    w, b, x, y = (a.astype(jnp.float16) for a in (*params, x, y))
+    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
     return jnp.mean((x @ w + b - y) ** 2)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import HALVES
from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import asked_for, blamed
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.updates import CASTS
from judge.pitfalls.reading.written.dtypes import followed_to, layer_with, written_at

NAME = "wrong-half-dtype"
SEVERITY = Severity.ERROR
FAULTS = {
    "float16": "which overflows above 65504 and underflows below 6e-8",
    "bfloat16": "which has 8 bits of precision, and float16 11",
}
MERITS = {"bfloat16": "has the range of float32", "float16": "is what the exercise computes in"}


def detect(clues: Clues) -> Iterator[Finding]:
    """The first value of a half precision that isn't the problem's."""
    passes = clues.passes
    if passes is None or clues.compute not in HALVES:
        return
    wrong = next(dtype for dtype in HALVES if dtype != clues.compute)
    step = _first(passes, wrong)
    if step is not None:
        message = f"this casts to {wrong}, {FAULTS[wrong]}"
        frame = blamed(step, [])
        if step.op in CASTS:
            frames = step.place.frames
            asked = asked_for(
                clues.text, frames, {"astype", "asarray", "array", "convert_element_type", "cast"}
            )
            frame = max(
                filter(None, (asked, blamed(step, _right_casts(clues, passes, step)))), key=frames.index
            )
        line = None if frame is None else written_at(clues.text, frame.line, wrong)
        if line is None and any(name.startswith("flax/") for name in step.place.api):
            line = layer_with(clues.text, wrong)
        if line is None and step.op in CASTS:
            line = followed_to(clues.text, step.place.frames, wrong)
        if line is not None and (frame is None or line != frame.line):
            message = f"the casts take {wrong} from here, {FAULTS[wrong]}"
        yield clues.finding(
            NAME,
            line or frame,
            message,
            f"use jnp.{clues.compute}: it {MERITS[clues.compute]}",
            about=step if passes.makes(step).data else _first(passes, wrong, made_of_data=True) or step,
        )


def _right_casts(clues: Clues, passes: TrainingStep, step: Step) -> list[Step]:
    """Casts of such values by the same line to the right dtype: then it is its caller that chose wrongly."""
    data = passes.makes(step).data
    return [
        other
        for other in passes.program.steps
        if other.op in CASTS
        and other.place.line == step.place.line
        and passes.makes(other).dtype == clues.compute
        and passes.makes(other).data == data
    ]


def _first(passes: TrainingStep, wrong: str, *, made_of_data: bool = False) -> Step | None:
    returned = (
        {step.index for step in passes.chain(passes.returned)} if passes.returned is not None else set()
    )
    relevant = passes.differentiated | passes.before_returned
    relevant |= {step.index for gradient in passes.gradients for step in gradient.region}
    for step in passes.program.steps:
        if step.index not in relevant or step.index in returned or not step.results:
            continue
        made = passes.makes(step)
        if made_of_data and not made.data:
            continue
        if wrong in {made.dtype, passes.rounds_to(step)} and step.place.frames and made.size > 0:
            return step
    return None
