"""The parameters move with each part of the batch.

## What it does

Finds updates by one part's gradient, or by a sum that isn't complete, before
the gradient of another part is taken: at the parameters that were moved.

## Why it is bad

Then these are several steps with small batches, one after the other, and not
one step with a large batch: each gradient is taken at another place, and what
comes out depends on the order of the rows. Two parts that want 0 and 2, with a
loss of `(w - target) ** 2`, from w = 1 and with a rate of 0.25:

```pycon
>>> w = 1.0
>>> for target in (0.0, 2.0):
...     w = w - 0.25 * 2 * (w - target)
>>> mean = sum(2 * (1.0 - target) for target in (0.0, 2.0)) / 2
>>> print(w, 1.0 - 0.25 * mean)
1.25 1.0
```

## What differs

```diff
     for part in zip(*(jnp.split(data, micro_batches) for data in (x, y))):
         grads = nnx.grad(mse)(model, *part)
-        sgd.update(model, grads)
+        total = jax.tree.map(jnp.add, total, grads)
+    sgd.update(model, jax.tree.map(lambda g: g / micro_batches, total))
     return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.training_step import Gradient
from judge.flow.walk import Update
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import Batch, batch_of
from judge.pitfalls.reading.parts.lines import update_frame
from judge.pitfalls.reading.parts.overwritten import carried
from judge.pitfalls.reading.written.left_out import leaving_out

NAME = "update-per-micro-batch"
SEVERITY = Severity.ERROR
WRAPPER = "MultiSteps"


def detect(clues: Clues) -> Iterator[Finding]:
    """Updates by some of the parts that the gradients of others start from."""
    batch = batch_of(clues)
    if batch is None:
        return
    passes = batch.passes
    some = [update for update in batch.real_updates() if not batch.is_whole(batch.share(update.increment))]
    early = {update.result: update for update in some if _goes_on(batch, update)}
    for gradient in passes.gradients:
        if gradient.update is not None and gradient.update.result in early:
            message = "the parameters move here before the gradients of all parts are taken"
            remedy = "add up the gradients in the loop, and update the parameters once, after it"
            made = _collecting(clues, gradient)
            if made is not None:
                message = f"`{WRAPPER}` hands an update on here before it has the gradients of all parts"
                remedy = f"give `{clues.name('micro_batches')}` as the number of steps to collect"
                left_out = leaving_out(clues.text, made, {WRAPPER}, plain=True)
                if left_out is not None:
                    message = f"the number of steps that `{WRAPPER}` collects is left at its default here"
                    made = left_out
            where = made or update_frame(passes, gradient)
            yield clues.finding(NAME, where, message, remedy, about=gradient.update.result)
            return


def _collecting(clues: Clues, gradient: Gradient) -> int | None:
    """Where a library's wrapper is made that should collect all parts, and lets each of them through."""
    names = {name for step in gradient.region for name in step.place.api}
    lines = call_lines(clues.text, {WRAPPER})
    used = any(name.startswith("optax/") and WRAPPER in name for name in names)
    return lines[0] if used and len(lines) == 1 else None


def _goes_on(batch: Batch, update: Update) -> bool:
    """Whether the gradient of a further part is taken at what this update gives."""
    passes = batch.passes
    forward = [item for item in passes.products if passes.is_differentiated(item.step)]
    if any(update in batch.before(item.parameter) for item in forward):
        return True
    return any(carried(passes, update, item.parameter) for item in forward)
