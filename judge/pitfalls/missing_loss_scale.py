"""The loss that is differentiated is not scaled.

## What it does

Finds a differentiated loss without the factor `loss_scale`, whether or not
the gradients are divided by it afterwards. A scale that is the cotangent of a
`jax.vjp` counts.

## Why it is bad

The scale keeps small gradients from becoming zero *during* the backward pass;
what is lost there, no later factor brings back. float16 needs it: it ends at
6e-8. bfloat16 has the range of float32: there numbers hardly show whether the
habit is one. Dividing without having multiplied they do show: the step
is S times too short.

```pycon
>>> print(jnp.float16(1e-8), jnp.float16(1e-8 * 1024), jnp.bfloat16(1e-8))
0.0 1.025e-05 1.00117e-08
```

## What differs

```diff
     def scaled_loss(params):
         loss = mse(params, x, y)
-        return loss.astype(jnp.float32)
+        return loss.astype(jnp.float32) * loss_scale

     grads = jax.grad(scaled_loss)(params)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import DATA
from judge.flow.program import Frame, Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.next_scale.slips.stopped import stopped_scale
from judge.pitfalls.reading.blamed_line import blamed, first_with_line
from judge.pitfalls.reading.calls import INNER, pullback_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called
from judge.pitfalls.reading.updates import is_scaled

NAME = "missing-loss-scale"
SEVERITY = Severity.ERROR
DIFFERENTIATING = {
    "grad",
    "value_and_grad",
    "vjp",
    "linearize",
    "linear_transpose",
    "jvp",
    "jacrev",
    "jacfwd",
}


def detect(clues: Clues) -> Iterator[Finding]:
    """Raw gradients without a degree in the loss scale."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        degrees = [passes.fact(operand).scale for operand in gradient.raw]
        missing = all(degree is not None and degree <= 0 for degree in degrees)
        if degrees and missing and not is_scaled(passes, gradient):
            message = f"the loss that is differentiated isn't multiplied by `{scale}`"
            remedy = f"return `loss.astype(jnp.float32) * {scale}` from the function that is differentiated"
            loss = _loss(passes, gradient)
            where: Frame | int | None = stopped_scale(clues)
            if where is not None:
                message = f"only the value is scaled: `stop_gradient` keeps `{scale}` out of the derivative"
            else:
                where = _where(clues, passes, loss)
            yield clues.finding(NAME, where, message, remedy, about=loss)
            return


def _loss(passes: TrainingStep, gradient: Gradient) -> Step | None:
    """The last step of the differentiated loss, or the first of the backward pass where it has none."""
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, gradient.raw))]
    backward = [step for step in steps if step.place.phase == "backward"]
    last = backward[0].index if backward else len(passes.program.steps)
    forward = [step for step in passes.program.steps[:last] if _is_loss(passes, step)]
    return first_with_line([*reversed(forward), *backward])


def _where(clues: Clues, passes: TrainingStep, loss: Step | None) -> Frame | int | None:
    """The cotangent where one is given.

    Otherwise the loss's last line, or the call where the loss is used rightly, too.
    """
    pulls = pullback_lines(clues.text)
    if len(pulls) == 1:
        return pulls[0]
    if loss is None:
        return None
    frame = blamed(loss, [item for item in passes.program.steps if passes.is_final(item)])
    return _wrong_result(clues, passes, loss) or _differentiated_return(clues, passes, loss) or frame


def _differentiated_return(clues: Clues, passes: TrainingStep, loss: Step) -> int | None:
    """The `return` of the outermost function around the loss in which everything is differentiated."""
    made = [step for step in passes.program.steps if step.results and passes.makes(step).data]
    for frame in reversed(loss.place.frames):
        inside = [step for step in made if frame.function in {one.function for one in step.place.frames}]
        if all(step.place.phase or passes.is_differentiated(step) for step in inside):
            return _return_after(clues, frame)
    return None


def _wrong_result(clues: Clues, passes: TrainingStep, loss: Step) -> int | None:
    """The `return` of a function that scales the loss, and gives something else to be differentiated."""
    for step in passes.program.steps:
        if not step.results or step.place.phase == "backward" or not step.place.frames:
            continue
        made = passes.makes(step)
        if made.size == 1 and made.data >= DATA and made.scale is not None and made.scale > 0:
            for frame in loss.place.frames[:-1]:
                other = step.place.frames[0]
                if other.function == frame.function and (
                    other.line == frame.line or other.function not in INNER
                ):
                    return _return_after(clues, frame)
    return None


def _return_after(clues: Clues, frame: Frame) -> int | None:
    """The only `return` after a line in the function around it; the line itself in a lambda."""
    function = clues.text.enclosing(frame.line)
    if function is None or function.name != frame.function:
        return frame.line if frame.function == "<lambda>" else None
    if any(isinstance(node, ast.Call) and called(node) in DIFFERENTIATING for node in ast.walk(function)):
        return None  # it returns gradients
    lines = [line for line in clues.text.return_lines(function) if line >= frame.line]
    return lines[0] if len(lines) == 1 else None


def _is_loss(passes: TrainingStep, step: Step) -> bool:
    """Whether a step of the differentiated forward gives one number made of all the data."""
    if step.place.phase == "backward" or not step.results or not passes.is_differentiated(step):
        return False
    made = passes.makes(step)
    return made.size == 1 and made.floating and made.data >= DATA and made.scale == 0
