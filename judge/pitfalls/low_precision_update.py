"""The optimizer's arithmetic runs in half precision.

## What it does

Finds an increment (`lr * grad`), or its addition to the parameters, that is
computed in bfloat16 or float16, or rounded to it.

## Why it is bad

Rounding the increment makes every step up to 0.4 % too long or too short; a
learning rate in bfloat16 alone does it. Adding in bfloat16 is worse: beside a
parameter of 0.5 an increment of 0.0009 doesn't count at all.

```pycon
>>> print(f"{float(jnp.bfloat16(0.1)):.5f}")
0.10010
>>> print(jnp.bfloat16(0.5) - jnp.bfloat16(0.0009))
0.5
```

## What differs

```diff
     grad = jax.grad(lambda p: mse(p, x, y).astype("float32") * loss_scale)
     grads = [g / loss_scale for g in grad(params)]
-    steps = [(lr * g).astype(jnp.bfloat16) for g in grads]
-    params = [p - step for p, step in zip(params, steps)]
+    params = [p - lr * g for p, g in zip(params, grads)]
     return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.reading.blamed_line import asked_for, blamed_cast, casts_at, factory_call
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.sums import half_sums
from judge.pitfalls.reading.source import CASTING
from judge.pitfalls.reading.updates import (
    CASTS,
    cast_for_arithmetic,
    casts,
    half_arithmetic,
    half_unscalings,
    in_optimizer,
    master_roundings,
)
from judge.pitfalls.reading.written.origins import chosen_at

NAME = "low-precision-update"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments and additions in the compute dtype that nothing earlier explains."""
    passes = clues.passes
    if passes is None or any(True for _ in master_roundings(clues, passes)):
        return
    lr = clues.name("learning_rate")
    for gradient in passes.gradients:
        rate = next(_rounded_rates(clues, passes, gradient), None)
        step = next(_unexplained(clues, passes, gradient), None)
        if step is None and rate is not None:
            message = f"the learning rate is rounded to {clues.compute} here"
            remedy = f"leave `{lr}` as it is: a Python number or float32"
            where = _where(clues, passes, rate)
            yield clues.finding(NAME, where, message, remedy, about=rate)
            return
        if step is not None:
            what = (
                "the parameters are updated"
                if gradient.update and step is gradient.update.step
                else "the increment is computed"
            )
            message = f"{what} in {clues.compute} here"
            remedy = f"do the optimizer's arithmetic in float32: parameters, `{lr}` and gradients"
            where = _where(clues, passes, step)
            yield clues.finding(NAME, where, message, remedy, about=step)
            return


def _rounded_rates(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Casts of a learning rate to the compute dtype, that data is multiplied by in full precision."""
    for step in gradient.region:
        facts = {item: passes.fact(item) for item in step.operands}
        rates = [
            item
            for item, fact in facts.items()
            if "learning_rate" in fact.depends and not fact.data and clues.compute in fact.touched
        ]
        full = passes.makes(step).dtype != clues.compute  # or else it was fitted to the gradients
        if full and any(fact.data for fact in facts.values()):
            made = (passes.program.steps[index] for index in sorted(ancestors(passes.program, rates)))
            yield from (
                one
                for one in made
                if passes.rounds_to(one) == clues.compute and "learning_rate" in passes.makes(one).depends
            )


def _where(clues: Clues, passes: TrainingStep, step: Step) -> Frame | Step | int:
    """Where the dtype of the arithmetic was decided on."""
    frames, start = step.place.frames, 0
    if frames and (made := factory_call(clues.text, frames, clues.compute)) is not None:
        return made
    if step.op in CASTS:
        updating = [item.index for one in passes.gradients for item in one.region]
        others = casts_at(passes, step, updating)
        frame = blamed_cast(clues, step, others)
        start = frames.index(frame) if frame is not None else 0
    chosen = chosen_at(clues.text, frames, start, of_values=True) if frames else None
    return chosen or asked_for(clues.text, frames[start:], CASTING) or step


def _unexplained(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    # At a first part, too.
    sums = {_way(step) for one in passes.gradients for step in half_sums(clues, one)}
    explained = bool(sums) or any(True for _ in half_unscalings(clues, passes, gradient))
    explained = explained or any(
        passes.makes(step).lr == 0
        and not in_optimizer(step)
        and not cast_for_arithmetic(clues, passes, gradient, step)
        for step in casts(clues, passes, gradient)
    )
    for step in half_arithmetic(clues, passes, gradient):
        lossy_cast = step.op == "convert_element_type" and step.index in passes.makes(step).rounded
        if not explained or (lossy_cast and _way(step) not in sums):
            yield step


def _way(step: Step) -> tuple[object, ...]:
    """What two steps share that are done by the same calls, however deep a recursion was."""
    innermost = {frame.function: frame for frame in reversed(step.place.frames)}
    return tuple(innermost.values()), step.place.api
