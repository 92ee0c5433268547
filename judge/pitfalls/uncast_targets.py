"""The targets are not cast.

## What it does

Finds targets that reach the subtraction without having been rounded, although
the parameters were.

## Why it is bad

The matmul stays in bfloat16, but `pred - y` is promoted, and with it the
error, its squares and the backward pass behind them. And a bfloat16
prediction can't come closer to 1.003 than 1.0: an error of 0.003 stays,
whatever the model learns. Against a target that is rounded too, it is 0.

```pycon
>>> pred, y = jnp.bfloat16(1.003), jnp.float32(1.003)
>>> print((pred - y).dtype, f"{pred - y:.3f}", pred - y.astype(jnp.bfloat16))
float32 -0.003 0
```

## What differs

```diff
     def loss(self, x, y):
-        return jnp.mean((self.out(x) - y) ** 2)
+        return jnp.mean((self.out(x) - y.astype(HALF)) ** 2)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.training_step import TrainingStep
from judge.flow.walk import Difference
from judge.pitfalls.reading.blamed_line import blamed_use
from judge.pitfalls.reading.calls import is_cast
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.promotions import widening
from judge.pitfalls.reading.written.missed import bound_at, missed_at

NAME = "uncast-targets"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Differences whose targets have never been rounded."""
    passes = clues.passes
    if passes is None:
        return
    errors = [
        item for item in passes.errors if passes.is_differentiated(item.step) or passes.is_final(item.step)
    ]
    right = [item.step for item in errors if _cast(passes, item)]
    y = clues.name("targets")
    for item in errors:
        if not _cast(passes, item):
            frame = blamed_use(clues, item.step, (item.prediction, item.targets), right)
            message = f"`{y}` is subtracted in float32: it was never cast to {clues.compute}"
            missed = (
                _after_the_targets(clues, passes, item)
                or bound_at(clues, "targets", item.step.place.frames)
                or missed_at(clues, passes, "targets", item.step)
            )
            if missed is not None:
                message = (
                    f"`{y}` stays float32 here, and is subtracted so: it is never cast to {clues.compute}"
                )
            remedy = f"cast it as you cast the inputs: `{y}.astype(jnp.{clues.compute})`"
            yield clues.finding(NAME, missed or frame, message, remedy, about=item.step)
            return


def _after_the_targets(clues: Clues, passes: TrainingStep, error: Difference) -> int | None:
    """Where the prediction is brought to the targets' dtype, in the function that subtracts them."""
    back = widening(passes, error.prediction, "inputs")
    line, here = (None if back is None else back.step.place.line), error.step.place.line
    if line is None or here is None or clues.text.enclosing(line) is not clues.text.enclosing(here):
        return None
    statement = clues.text.statement(line)
    casts = [node for node in ast.walk(statement) if is_cast(node)] if statement is not None else []
    asked = [item for cast in casts for item in ast.walk(cast) if isinstance(item, ast.Attribute)]
    return line if any(item.attr == "dtype" for item in asked) else None


def _cast(passes: TrainingStep, error: Difference) -> bool:
    """Whether the targets were rounded, or nothing on the other side was."""
    targets = _alone(passes, error.targets)
    return bool(passes.fact(targets).touched) or not passes.fact(error.prediction).touched


def _alone(passes: TrainingStep, operand: int) -> int:
    """The targets as they were before parameters were added to them, as in `x @ w + (b - y)`."""
    step = passes.program.maker(operand)
    while step is not None and step.op in {"add", "sub"}:
        data = [item for item in step.operands if passes.fact(item).data]
        if len(data) != 1:
            break
        operand = data[0]
        step = passes.program.maker(operand)
    return operand
