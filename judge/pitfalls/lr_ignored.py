"""The update does not depend on the learning rate.

## What it does

Finds updates that `lr` has no part in.

## Why it is bad

A learning rate that is written into the code can't be tuned: the search below
tries three and gets the same loss three times, while the right code tells
them apart. (The loss is `w * w`, starting from w = 1.)

```pycon
>>> rates = [0.01, 0.1, 0.3]
>>> print(*(f"{(1 - 0.1 * 2) ** 2:.2f}" for lr in rates))
0.64 0.64 0.64
>>> print(*(f"{(1 - lr * 2) ** 2:.2f}" for lr in rates))
0.96 0.64 0.16
```

## What differs

```diff
     loss, grads = jax.value_and_grad(scaled)(params)
     grads = jax.tree.map(lambda g: g / loss_scale, grads)
-    tx = optax.sgd(0.1)
+    tx = optax.sgd(lr)
     updates, _ = tx.update(grads, tx.init(params))
     params = optax.apply_updates(params, updates)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import UNKNOWN
from judge.flow.program import Step
from judge.flow.training_step import MOVES, Gradient, TrainingStep
from judge.pitfalls.reading.blamed_line import element_line, first_with_line, update_step
from judge.pitfalls.reading.calls import OPTIMIZERS, optimizer_lines, optimizers
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import names_in
from judge.pitfalls.reading.updates import in_optimizer, moving
from judge.pitfalls.reading.written.left_out import leaving_out
from judge.pitfalls.reading.written.origins import default_at
from judge.pitfalls.reading.written.overridden import (
    asked_in_vain,
    merged_over,
    set_in_copy,
    set_to_constant,
)

NAME = "lr-ignored"
SEVERITY = Severity.ERROR
TINY = 1e-3  # what is added to a norm so that nobody divides by 0
CHOICES = {"select_n", "join", "min", "max", "clamp"}
MOST = 32  # steps that a divisor is followed for


def detect(clues: Clues) -> Iterator[Finding]:
    """Updates that the learning rate doesn't go into."""
    passes = clues.passes
    if passes is None or not passes.updates or not passes.program.aligned:
        return
    increments = [(update, passes.fact(update.increment)) for update in passes.updates]
    if any(UNKNOWN in fact.depends for _, fact in increments):
        return
    fixed = [update for update, fact in increments if "learning_rate" not in fact.depends and fact.lr == 0]
    if not fixed:
        yield from _divided_out(clues, passes)
        return
    lr = clues.name("learning_rate")
    gradient = next((one for one in passes.gradients if one.update in fixed), None)
    step = update_step(passes, gradient)
    where: Step | int | None = (
        _overridden(clues)
        or _constant_rate(clues)
        or _default_rate(clues)
        or default_at(clues.text, () if step is None else step.place.frames)
        or _optimizer(gradient)
        or step
    )
    message = f"the update doesn't depend on `{lr}`"
    remedy = f"take steps of `{lr}` times the gradient: `optax.sgd({lr})`"
    yield clues.finding(NAME, where, message, remedy, about=None if gradient is None else moving(gradient))


def _divided_out(clues: Clues, passes: TrainingStep) -> Iterator[Finding]:
    """The learning rate is a factor of all increments, until it is divided out."""
    found = [_cancelled(passes, one) for one in passes.gradients if one.update is not None]
    step = next(iter(found), None)
    if step is not None and None not in found:
        lr = clues.name("learning_rate")
        message = f"`{lr}` is divided out again here: the update doesn't depend on it"
        remedy = f"normalize before the learning rate, or not at all: the update is `{lr}` times the gradient"
        yield clues.finding(NAME, element_line(clues.text, step) or step, message, remedy, about=step)


def _optimizer(gradient: Gradient | None) -> Step | None:
    """Where a library's optimizer is asked for the increment."""
    steps = () if gradient is None else reversed(gradient.region)
    return first_with_line(step for step in steps if in_optimizer(step))


def _overridden(clues: Clues) -> int | None:
    """Where a learning rate that was given is lost: a constant takes its place, or it is set in a copy."""
    lr = clues.name("learning_rate")
    names = {lr, "lr", "rate", "learning_rate"}
    found = merged_over(clues.text, lr) or set_in_copy(clues.text, names) or asked_in_vain(clues.text, names)
    made = any(lr in names_in(call) for call in optimizers(clues.text))
    return found or (set_to_constant(clues.text, names) if made else None)


def _constant_rate(clues: Clues) -> int | None:
    """The line of the only optimizer that is made, when it is made without the learning rate."""
    lines = optimizer_lines(clues.text, clues.name("learning_rate"))
    return (leaving_out(clues.text, lines[0], OPTIMIZERS) or lines[0]) if len(lines) == 1 else None


def _default_rate(clues: Clues) -> int | None:
    """The call that leaves out the rate of an optimizer, where that has the name of the learning rate."""
    found = {leaving_out(clues.text, made.lineno, OPTIMIZERS) for made in optimizers(clues.text)} - {None}
    return found.pop() if len(found) == 1 else None


def _cancelled(passes: TrainingStep, gradient: Gradient) -> Step | None:
    """The division of an increment by what grows with the learning rate just as it does.

    None where the rate is a factor again after it, or where that is done on a condition, as by a clip.
    """
    found: Step | None = None
    for step in gradient.region:
        facts = [passes.fact(item) for item in step.operands]
        rated = any("learning_rate" in fact.depends and not fact.data for fact in facts)
        if step.op in CHOICES or (step.op in {"mul", "div"} and rated):
            found = None
        elif step.op == "div" and facts[0].lr and _grows(passes, step.operands[1], facts[0].lr):
            found = step
    return found


def _grows(passes: TrainingStep, operand: int, degree: object) -> bool:
    """Whether something has this degree in the learning rate, but for a tiny number that is added to it."""
    for _ in range(MOST):
        if passes.fact(operand).lr == degree:
            return True
        step = passes.program.maker(operand)
        if step is None or step.op not in MOVES | {"mul", "div", "add"}:
            return False
        numbers = [passes.fact(item).value for item in step.operands]
        others = [item for item, number in zip(step.operands, numbers, strict=True) if number is None]
        known = [number for number in numbers if number is not None]
        if len(others) != 1 or (step.op == "add" and any(abs(number) > TINY for number in known)):
            return False
        operand = others[0]
    return False
