"""Only the last part of the batch counts.

## What it does

Finds parts whose gradients were computed and then given up: overwritten by
that of the next part, or added to a sum that starts anew each time. And sums
of as many gradients, all of which are that of the last part.

## Why it is bad

All parts were computed, and the step sees one of them: it costs as much as the
whole batch, and is as noisy as a small one. Nothing fails, and the loss goes
down. The gradients of these parts are 1 to 4, and their mean is 2.5:

```pycon
>>> total = 0.0
>>> for gradient in (1.0, 2.0, 3.0, 4.0):
...     total = gradient
>>> print(total / 4, sum((1.0, 2.0, 3.0, 4.0)) / 4)
1.0 2.5
```

## What differs

```diff
     for part in zip(*(jnp.split(data, micro_batches) for data in (x, y))):
         grads = nnx.grad(mse)(model, *part)
-        total = grads
+        total = jax.tree.map(jnp.add, total, grads)
     sgd.update(model, jax.tree.map(lambda g: g / micro_batches, total))
     return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.reading.blamed_line import blamed
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import batch_of
from judge.pitfalls.reading.parts.lines import overwriting, reset, taken_in_loop
from judge.pitfalls.reading.parts.overwritten import INDEXED, given_up
from judge.pitfalls.reading.parts.rows import is_of_last_rows

NAME = "last-micro-batch-only"
SEVERITY = Severity.ERROR
OWN_ROWS = (
    "take each gradient of its own part: a function that is made in a loop sees the last rows afterwards"
)
REMEDY = "add each gradient to what there is, starting from zeros before the loop"


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments that lack parts which were computed before one that is in them."""
    batch = batch_of(clues)
    if batch is None:
        return
    for gradient in batch.passes.gradients:
        if gradient.update is None or not batch.is_traced(gradient):
            continue
        if batch.is_whole(batch.moved(gradient.update)):
            if is_of_last_rows(batch, gradient):
                message = "each gradient that is added is that of the same rows, the last ones"
                where = taken_in_loop(clues, batch.passes, gradient)
                yield clues.finding(NAME, where, message, OWN_ROWS, about=gradient.increment)
                return
            continue
        lost = given_up(batch, gradient)
        if lost is None:
            continue
        anew = reset(clues, batch.passes, gradient)
        if anew is not None:
            message = "the sum starts anew with each part here: only the last gradient is left in the end"
            yield clues.finding(NAME, anew, message, "make the zeros once, before the loop", about=lost)
            return
        if lost.op in INDEXED:
            message = "only the last of the parts' gradients is taken here"
            remedy = "take their mean over all parts"
            yield clues.finding(NAME, blamed(lost, []), message, remedy, about=lost)
            return
        message = "each part's gradient takes the place of the one before here: only the last one counts"
        yield clues.finding(NAME, overwriting(clues, lost), message, REMEDY, about=lost)
        return
