"""The sum of the gradients is applied in place of their mean.

## What it does

Finds updates by the sum of the gradients of all parts, which nothing divides
by their number: not the losses, nor the gradients, the sum or the learning
rate.

## Why it is bad

The sum is a learning rate that is as many times too large as there are parts:
whoever cuts the same batch into more parts, for want of memory, takes longer
steps with it, up to where training diverges. (The loss is `w * w`, from w = 1
with a learning rate of 0.4, by 1, 2 and 4 parts.)

```pycon
>>> step = lambda gradient: (1.0 - 0.4 * gradient) ** 2
>>> print(*(f"{step(sum([2.0] * parts)):.2f}" for parts in (1, 2, 4)))
0.04 0.36 4.84
>>> print(*(f"{step(sum([2.0] * parts) / parts):.2f}" for parts in (1, 2, 4)))
0.04 0.04 0.04
```

## What differs

```diff
         grads = nnx.grad(mse)(model, *part)
         total = jax.tree.map(jnp.add, total, grads)
-    sgd.update(model, total)
+    sgd.update(model, jax.tree.map(lambda g: g / micro_batches, total))
     return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame
from judge.flow.training_step import Gradient
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import NEARLY, Batch, batch_of
from judge.pitfalls.reading.parts.lines import apart, made, update_frame
from judge.pitfalls.reading.parts.sums import SUMS_OF_AXES, unstacks
from judge.pitfalls.reading.updates import in_optimizer, moving
from judge.pitfalls.reading.written.divisors import divided_by, dropped_quotients
from judge.pitfalls.reading.written.left_out import spared
from judge.pitfalls.reading.written.origins import said_at

NAME = "summed-grads"
SEVERITY = Severity.ERROR
MEAN = "use_grad_mean"  # of optax.MultiSteps


def detect(clues: Clues) -> Iterator[Finding]:
    """Parameters that were moved by as many gradients as there are parts."""
    batch = batch_of(clues)
    if batch is None:
        return
    count = batch.passes.count
    for gradient in batch.passes.gradients:
        if gradient.update is None or not batch.is_traced(gradient):
            continue
        moved = batch.moved(gradient.update)
        if moved.weight is None or not batch.is_whole(moved):
            continue
        if abs(abs(moved.weight) - count) <= NEARLY * count:
            name = clues.name("micro_batches")
            message = "the parameters move by the sum of the parts' gradients, not by their mean"
            remedy = f"divide by `{name}`: the sum, each gradient or the learning rate"
            where = _where(clues, batch, gradient)
            dropped = dropped_quotients(clues.text)
            if dropped is not None:
                message = "the gradients are divided here, and nothing is kept of that"
                remedy = "update with what this gives: arrays of JAX aren't changed in place"
                where = dropped
            alone = _spared(clues, batch, gradient)
            if alone is not None:
                message = f"some gradients are left out here where others are divided by `{name}`"
                remedy = f"divide all of them by `{name}`"
                where = alone
            yield clues.finding(NAME, where, message, remedy, about=moving(gradient))
            return


def _where(clues: Clues, batch: Batch, gradient: Gradient) -> Frame | int | None:
    """Where a sum is asked for, in place of a mean, or else where the parameters move.

    Of a library by a word, or over an axis of parts; or a division that divides by nothing but 1.
    """
    asked = _asked(clues, gradient)
    if asked is not None:
        return asked
    for step in gradient.region:
        if not step.place.frames:
            continue
        if step.op in SUMS_OF_AXES and unstacks(batch, step):
            by_name = step.op != "reduce_sum"  # of an axis that has a name: that is a mean by another word
            return step.place.frames[0] if by_name else apart(step, made(batch.passes, gradient))
    for step in gradient.region:
        if step.op == "div" and batch.share(step.operands[1]).number == 1 and not in_optimizer(step):
            return divided_by(clues.text, step.place.frames) or update_frame(batch.passes, gradient)
    return update_frame(batch.passes, gradient)


def _spared(clues: Clues, batch: Batch, summed: Gradient) -> int | None:
    """Where a choice has other gradients divided, and not this one."""
    others = [step for one in batch.passes.gradients if one is not summed for step in one.region]
    divided = [step for step in others if step.op in {"div", "mul"} and not in_optimizer(step)]
    return next(filter(None, (spared(clues.text, step) for step in divided)), None)


def _asked(clues: Clues, gradient: Gradient) -> int | None:
    """Where optax was told to add up, and not to take the mean: by a keyword, or by the element that adds."""
    names = [name for step in gradient.region for name in step.place.api if name.startswith("optax/")]
    lines = said_at(clues.text, MEAN, value=False)
    if len(lines) == 1 and names:
        return lines[0]
    if any("apply_every" in name for name in names):
        lines = call_lines(clues.text, {"apply_every"})
    return lines[0] if len(lines) == 1 else None
