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
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import NEARLY, Batch, batch_of
from judge.pitfalls.reading.parts.lines import apart, made, update_frame
from judge.pitfalls.reading.parts.sums import unstacks

NAME = "summed-grads"
SEVERITY = Severity.ERROR


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
            yield clues.finding(NAME, _where(batch, gradient), message, remedy)
            return


def _where(batch: Batch, gradient: Gradient) -> Frame | None:
    """Where a sum over an axis of parts is asked for, or else where the parameters move."""
    for step in gradient.region:
        if step.op == "reduce_sum" and unstacks(batch, step) and step.place.frames:
            return apart(step, made(batch.passes, gradient))
    return update_frame(batch.passes, gradient)
