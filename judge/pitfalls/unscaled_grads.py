"""The parameters move by gradients that still carry the loss scale.

## What it does

Finds updates whose increment still has the factor `loss_scale`. What counts
is the update: dividing inside of an optax chain, or dividing the learning
rate, is dividing.

## Why it is bad

The gradient of a loss that is S times larger is S times larger, and so is the
step. With S = 1024, the step from w = 1 towards the minimum of `w * w`
(learning rate 0.1) ends far beyond it, and the loss is 41534 and not 0.64:

```pycon
>>> w, lr, scale = 1.0, 0.1, 1024.0
>>> right, wrong = w - lr * 2 * w, w - lr * scale * 2 * w
>>> print(f"{right:.1f} {wrong:.1f} {right**2:.2f} {wrong**2:.0f}")
0.8 -203.8 0.64 41534
```

## What differs

```diff
     scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
     loss, grads = jax.value_and_grad(scaled)(params)
+    grads = jax.tree.map(lambda g: g / loss_scale, grads)
     tx = optax.sgd(lr)
     updates, _ = tx.update(grads, tx.init(params))
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.pitfalls.next_scale.slips.dropped import dropped_division
from judge.pitfalls.reading.blamed_line import optimizer_step
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.nonlinear import takes_off
from judge.pitfalls.reading.updates import moving
from judge.pitfalls.reading.written.left_out import spared

NAME = "unscaled-grads"
SEVERITY = Severity.ERROR
MASKING = "masked"


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments that still have a degree in the loss scale."""
    passes = clues.passes
    if passes is None:
        return
    for gradient in passes.gradients:
        raw = [passes.fact(operand).scale for operand in gradient.raw]
        if gradient.update is None or gradient.increment is None:
            continue
        left = passes.fact(gradient.increment).scale
        if left is not None and left > 0 and any(degree is not None and degree > 0 for degree in raw):
            where, message, remedy = _told(clues, passes, gradient)
            yield clues.finding(NAME, where, message, remedy, about=moving(gradient))
            return


def _told(clues: Clues, passes: TrainingStep, gradient: Gradient) -> tuple[Step | int | None, str, str]:
    """The line, what is wrong there, and what to do."""
    scale, masked = clues.name("loss_scale"), _masked(clues, passes, gradient)
    if masked is not None:
        message = f"some gradients are left out here where others are divided by `{scale}`"
        return masked, message, f"divide all gradients by `{scale}`"
    dropped = dropped_division(clues) if gradient is passes.gradients[0] else None
    if dropped is not None:
        message = f"the gradients are divided by `{scale}` here, and nothing is kept of that"
        return dropped, message, "update with what this gives: arrays of JAX aren't changed in place"
    message = f"the parameters move by gradients that are still multiplied by `{scale}`"
    remedy = f"divide the gradients by `{scale}` before the optimizer sees them"
    return optimizer_step(passes, gradient), message, remedy


def _masked(clues: Clues, passes: TrainingStep, unscaled: Gradient) -> int | None:
    """Where an optax transform that divides, or a choice, was told to leave some parameters out."""
    written = call_lines(clues.text, {MASKING})
    others = [step for gradient in passes.gradients if gradient is not unscaled for step in gradient.region]
    for step in others:
        if not any(takes_off(passes, step, item) for item in step.operands):
            continue
        if len(written) == 1 and any(name.startswith(f"optax/{MASKING}.") for name in step.place.api):
            return written[0]
        if (line := spared(clues.text, step)) is not None:
            return line
    return None
