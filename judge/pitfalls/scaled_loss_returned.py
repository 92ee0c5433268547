"""The returned loss is still scaled.

## What it does

Finds a returned loss that still has the factor `loss_scale`.

## Why it is bad

The scale belongs to the backward pass. A loss of 1.32 is reported as 1352 at
scale 1024, and as 86508 at 65536; where the scale is adjusted during
training, halving it looks as if the loss had been halved.

```pycon
>>> print(round(1.32 * 1024), round(1.32 * 65536))
1352 86508
```

## What differs

```diff
     grads = jax.grad(scaled_loss)(params)
     params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
-    return scaled_loss(params).reshape(1)
+    return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import UPDATE
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import blamed
from judge.pitfalls.reading.clues import Clues

NAME = "scaled-loss-returned"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned value with a degree in the loss scale."""
    passes = clues.passes
    if passes is None or passes.returned is None:
        return
    degree = passes.fact(passes.returned).scale
    if degree is not None and degree > 0:
        scale = clues.name("loss_scale")
        where: Frame | int | None = _frame(clues, passes) or clues.text.last_return(clues.problem.entry_point)
        message = f"the returned loss is still multiplied by `{scale}`"
        remedy = f"return the loss without the factor: don't scale it here, or divide it by `{scale}`"
        yield clues.finding(NAME, where, message, remedy, about=passes.returned)


def _frame(clues: Clues, passes: TrainingStep) -> Frame | None:
    """The call or line that scales the loss that is returned."""
    steps = [passes.program.steps[index] for index in sorted(passes.before_returned, reverse=True)]
    for step in steps:
        made = passes.makes(step)
        if (
            step.op not in {"mul", "div"}
            or not _gains(passes, step)
            or (not made.data and UPDATE not in made.depends)
        ):
            continue
        if step.place.phase == "forward" and UPDATE not in made.depends:
            return None  # the scaled loss that was differentiated: returning it is the mistake
        right = [item for item in passes.program.steps if item.op == step.op and _trains(passes, item)]
        frame = blamed(step, right)
        helpers = (
            {item.function for item in step.place.frames[: step.place.frames.index(frame)]}
            if frame
            else set()
        )
        if any(clues.text.returns_several(name) for name in helpers):
            # The right loss came out of the same call: choosing this one is the mistake.
            return frame if frame is not None and _leaves_some(clues.text.statement(frame.line)) else None
        return frame
    return None


def _trains(passes: TrainingStep, step: Step) -> bool:
    """Whether a step belongs to a forward pass from which the update comes."""
    return step.place.phase == "forward" and UPDATE not in passes.makes(step).depends


def _leaves_some(statement: ast.stmt | None) -> bool:
    """Whether a statement takes some of several values and leaves others: `(loss, _), _ = evaluate(...)`."""
    names = [
        node.id
        for target in (statement.targets if isinstance(statement, ast.Assign) else [])
        if isinstance(target, ast.Tuple)
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
    ]
    return any(set(name) == {"_"} for name in names) and any(set(name) != {"_"} for name in names)


def _gains(passes: TrainingStep, step: Step) -> bool:
    made = passes.makes(step).scale
    before = [passes.fact(operand) for operand in step.operands]
    loss = [fact.scale for fact in before if fact.data or UPDATE in fact.depends]
    return made is not None and any(degree is not None and degree < made for degree in loss)
