"""The gradients are divided by the loss scale too often.

## What it does

Finds gradients that are divided by `loss_scale` more often than the loss was
multiplied by it: here once by hand, and once more in the optax chain.

## Why it is bad

The step is S times too short, and nothing looks broken: the loss still falls,
by so little that the model seems to have converged. From w = 1 towards the
minimum of `w * w`, learning rate 0.1 and S = 1024:

```pycon
>>> w, lr, scale = 1.0, 0.1, 1024.0
>>> right, wrong = w - lr * 2 * w, w - lr * 2 * w / scale
>>> print(f"{right**2:.4f} {wrong**2:.4f}")
0.6400 0.9996
```

## What differs

```diff
     loss, grads = jax.value_and_grad(scaled)(params)
     grads = jax.tree.map(lambda g: g / loss_scale, grads)
-    tx = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
+    tx = optax.sgd(lr)
     updates, _ = tx.update(grads, tx.init(params))
     params = optax.apply_updates(params, updates)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.reading.blamed_line import blamed, element_line, first_with_line, update_step
from judge.pitfalls.reading.calls import optimizer_lines, optimizers
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import names_in
from judge.pitfalls.reading.updates import in_optimizer, is_scaled

NAME = "doubly-unscaled-grads"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments with a negative degree in the loss scale, the loss having been scaled."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        if gradient.increment is None:
            continue
        left = passes.fact(gradient.increment).scale
        if left is not None and left < 0 and is_scaled(passes, gradient):
            message = (
                f"the gradients are divided by `{scale}` here once more than the loss was multiplied by it"
            )
            remedy = f"divide by `{scale}` once"
            step = _last_division(clues, passes, gradient) or update_step(passes, gradient)
            own = element_line(clues.text, step) if step in gradient.region and step is not None else None
            own = own or (_divided_rate(clues) if step is not None and in_optimizer(step) else None)
            frame = None if step is None else blamed(step, gradient.region)
            yield clues.finding(NAME, own or frame, message, remedy, about=_divided(passes, gradient, step))
            return


def _divided(passes: TrainingStep, gradient: Gradient, step: Step | None) -> Step | int | None:
    """What was divided once too often; the increment where the factor was divided before it met that."""
    return step if step is not None and step.results and passes.makes(step).data else gradient.increment


def _last_division(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Step | None:
    for step in gradient.region:
        made = passes.makes(step)
        before = [passes.fact(item).scale for item in step.operands if passes.fact(item).data]
        if (
            made.scale is not None
            and made.scale < 0
            and any(degree is not None and degree >= 0 for degree in before)
        ):
            return _own_line(clues, passes, step)
    return None


def _divided_rate(clues: Clues) -> int | None:
    """The optimizer that is made with a rate which is divided by the scale: `sgd(lr / loss_scale)`."""
    scale, lr = clues.name("loss_scale"), clues.name("learning_rate")
    lines = {
        call.lineno
        for call in optimizers(clues.text)
        for node in ast.walk(call)
        if isinstance(node, ast.BinOp) and {scale, lr} <= names_in(node)
    }
    return lines.pop() if len(lines) == 1 else None


def _own_line(clues: Clues, passes: TrainingStep, step: Step) -> Step:
    """Where the factor was divided before (`sgd(lr / loss_scale)`, `rate = lr / loss_scale`), that line.

    Not where the reciprocal alone was taken: that is right by itself.
    """
    operands = [operand for operand in step.operands if not passes.fact(operand).data]
    before = [passes.program.steps[index] for index in sorted(ancestors(passes.program, operands))]
    makers = set(optimizer_lines(clues.text, ""))
    made = (
        item
        for item in before
        if passes.makes(item).scale not in {0, None}
        and (item.place.line in makers or "learning_rate" in passes.makes(item).depends)
    )
    return first_with_line(made) or step
