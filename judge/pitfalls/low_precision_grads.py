"""The unscaled gradients are rounded to half precision.

## What it does

Finds a cast of the unscaled gradients to the half precision of forward and
backward, before the optimizer's arithmetic. A cast *before* the division is a
warning: gradients that come out of such a backward lose nothing in it. Where
the gradients of several parts are added up, it finds a cast of each before.

## Why it is bad

Unscaled gradients are float32 numbers, and what the optimizer does with them
needs all the bits: momentum, clipping, and above all sums over batches. In
bfloat16 a sum stops growing where one more gradient is less than half the
gap to the next number:

```pycon
>>> single, half = jnp.float32(0.0), jnp.bfloat16(0.0)
>>> for _ in range(1000):
...     single, half = single + 1, half + 1
>>> print(int(single), int(half))
1000 256
```

## What differs

```diff
     loss, back = jax.vjp(lambda p: mse(p, x, y).astype("float32"), params)
     (grads,) = back(jnp.full_like(loss, loss_scale))
-    grads = [(g / loss_scale).astype(jnp.bfloat16) for g in grads]
-    grads = [g.astype(jnp.float32) for g in grads]
+    grads = [g / loss_scale for g in grads]
     params = [p - lr * g for p, g in zip(params, grads)]
     return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.reading.blamed_line import blamed_cast, casts_at, one_of_several
from judge.pitfalls.reading.calls import is_cast, names_dtype, rule_line
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.matmuls import matmuls
from judge.pitfalls.reading.nonlinear import takes_off
from judge.pitfalls.reading.parts.batch import NEARLY, batch_of
from judge.pitfalls.reading.parts.sums import half_sums, starts_half
from judge.pitfalls.reading.source import arguments
from judge.pitfalls.reading.updates import (
    cast_for_arithmetic,
    casts,
    half_unscalings,
    in_optimizer,
    transposed,
)

NAME = "low-precision-grads"
SEVERITY = Severity.ERROR
DIVIDING = {"div", "mul"}


def detect(clues: Clues) -> Iterator[Finding]:
    """Casts of gradients to the compute dtype; one that rounds nothing is a warning."""
    passes = clues.passes
    if passes is None:
        return
    # Rounded before it is unscaled, a gradient loses only what a forward in full precision wrongly gave it.
    wide = any(item.differentiated and item.state == "full" for item in matmuls(passes))
    found = [
        (_loses_nothing(passes, gradient, step), step)
        for gradient in passes.gradients
        for step in _by_themselves(clues, passes, gradient)
        if not (wide and (passes.makes(step).scale or 0) > 0)
    ]
    if not found:
        return
    harmless, step = min(found, key=lambda item: (item[0], item[1].index))
    remedy = "keep the gradients in float32 from here on: leave this cast out"
    if batch_of(clues) is not None:
        harmless = False  # rounded with each part, for a sum that is there to have more bits than they
        message = f"the gradient of a part is rounded to {clues.compute} again here, before it is added"
        if step.op in DIVIDING:
            message = f"the gradient of a part is divided in {clues.compute} here, before it is added"
            remedy = "cast it to float32 before that, or divide the float32 sum"
    elif harmless:
        message = f"the gradients are cast to {clues.compute} here, as they came out of the backward pass"
    else:
        message = (
            f"the unscaled gradients are rounded to {clues.compute} here, before the optimizer uses them"
        )
    wrong = [item.index for gradient in passes.gradients for item in gradient.region]
    severity = Severity.WARNING if harmless else Severity.ERROR
    own = one_of_several(clues.text, step.place.frames, clues.compute) or rule_line(
        clues.text, step, lambda node: is_cast(node) and not _widens(clues, node)
    )
    where = own or blamed_cast(clues, step, casts_at(passes, step, wrong))
    yield clues.finding(NAME, where, message, remedy, severity=severity, about=step)


def _loses_nothing(passes: TrainingStep, gradient: Gradient, cast: Step) -> bool:
    """Whether a cast only undoes a promotion: the gradients are as they came out of the backward pass."""
    before = passes.fact(cast.operands[0])
    if cast.place.phase == "backward":
        return False  # in a rule of the learner's own, after the division
    return before.narrow and before.scale in {passes.fact(operand).scale for operand in gradient.raw}


def _widens(clues: Clues, call: ast.AST) -> bool:
    """Whether a cast asks for float32."""
    given = arguments(call) if isinstance(call, ast.Call) else []
    return any(names_dtype(clues.text, item, "float32") for item in given)


def _by_themselves(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Casts that are not part of arithmetic in the compute dtype, which is another pitfall."""
    explained = (half_unscalings(clues, passes, gradient), half_sums(clues, gradient))
    if any(True for found in explained for _ in found) or _of_half_masters(clues, passes, gradient):
        return
    yield from _in_own_rule(clues, passes, gradient)
    yield from _divided(clues, passes, gradient)
    for step in casts(clues, passes, gradient):
        before_lr = passes.makes(step).lr == 0 and not in_optimizer(step)
        own = _ends_backward(passes, gradient, step)
        if before_lr and not own and not cast_for_arithmetic(clues, passes, gradient, step):
            yield step


def _divided(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Divisions of a part's gradient in the compute dtype, which round it but for 2, 4 or 8 parts."""
    if batch_of(clues) is None:
        return
    for step in gradient.region if passes.count > 1 else ():
        made = passes.makes(step)
        half = made.dtype == clues.compute and made.lr == 0 and not in_optimizer(step)
        if step.op in DIVIDING and half and any(_is_count(passes, item) for item in step.operands):
            yield step


def _is_count(passes: TrainingStep, operand: int) -> bool:
    """Whether an operand is the number of parts, or one by it, as it may have been rounded."""
    number = passes.fact(operand).value
    return number is not None and any(
        abs(one - 1) < NEARLY for one in (number / passes.count, number * passes.count)
    )


def _ends_backward(passes: TrainingStep, gradient: Gradient, cast: Step) -> bool:
    """Whether a cast may be the last of a backward pass that the learner wrote by hand.

    A product of half-precision numbers that was added up in float32 is rounded so, and what still carries the
    loss scale was not unscaled yet. Where the degree isn't known, it may be either.
    """
    operand = cast.operands[0]
    degree, makers = passes.fact(operand).scale, [passes.program.maker(item) for item in gradient.raw]
    if degree is None:
        return True
    if any(step is None or step.place.phase for step in makers):
        return False
    ends = (operand, *(step.operands[0] for step in passes.chain(operand)))
    return degree > 0 or any(item in gradient.raw and _of_few_bits(passes, item) for item in ends)


def _of_few_bits(passes: TrainingStep, contracted: int) -> bool:
    """Whether all that a contraction was made of is exact in half precision."""
    step = passes.program.maker(contracted)
    return step is not None and all(passes.fact(item).narrow for item in step.operands)


def _of_half_masters(clues: Clues, passes: TrainingStep, gradient: Gradient) -> bool:
    """Whether gradients of parts are in the compute dtype because the masters are."""
    parts, update = batch_of(clues), gradient.update
    return parts is not None and update is not None and starts_half(clues, passes, update.base)


def _in_own_rule(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """Casts after a rule of the learner's own divided by the loss scale, behind all products."""
    behind = list(transposed(passes, gradient))
    divided = {step.index for step in behind if any(takes_off(passes, step, item) for item in step.operands)}
    if not divided:
        return
    products = [step for step in behind if step.op == "dot_general"]
    before = {index for step in products for index in ancestors(passes.program, step.operands)}
    for step in behind:
        rounds = passes.rounds_to(step) == clues.compute and not passes.ends_a_sum(step)
        if rounds and step.index not in before and divided & ancestors(passes.program, step.operands):
            yield step
