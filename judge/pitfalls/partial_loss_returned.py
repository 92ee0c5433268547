"""The returned loss is that of one part of the batch.

## What it does

Finds a returned loss that was computed from the rows of a single part, with
the parameters of before the update or of after it.

## Why it is bad

The step was made for the whole batch, so that is what has to be measured. The
loss of a part is a sample of it: it goes up and down with the rows that happen
to be in there, whatever was learned. These are four parts of one batch:

```pycon
>>> parts = jnp.array([0.9, 1.4, 0.8, 0.5])
>>> print(f"{parts[-1]:.2f} {parts.mean():.2f}")
0.50 0.90
```

## What differs

```diff
         total = jax.tree.map(jnp.add, total, grads)
     sgd.update(model, jax.tree.map(lambda g: g / micro_batches, total))
-    return mse(model, *part).astype(jnp.float32).reshape(1)
+    return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import blamed
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import NEARLY, Batch, batch_of
from judge.pitfalls.reading.parts.overwritten import INDEXED
from judge.pitfalls.reading.returned_loss import loss_steps
from judge.pitfalls.reading.written.defaults import deciding_default

NAME = "partial-loss-returned"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned loss that was made of the rows of one part."""
    batch = batch_of(clues)
    if batch is None:
        return
    share = batch.share(batch.passes.returned)
    is_part = 0 < share.elements <= batch.part * (1 + NEARLY)
    if not is_part or not batch.is_known(batch.passes.returned) or _is_another(clues, batch.passes):
        return
    x, y = clues.name("inputs"), clues.name("targets")
    remedy = f"evaluate the loss of all rows of `{x}` and `{y}`, and return that"
    message = "the returned loss is that of one part, not of the whole batch"
    where: Frame | int | None = _decided(clues, batch) or clues.text.last_return(clues.problem.entry_point)
    yield clues.finding(NAME, where, message, remedy, about=batch.passes.returned)


def _is_another(clues: Clues, passes: TrainingStep) -> bool:
    """Whether the loss was recognised by its number alone, and may be another one that is right."""
    recognised = any(step.params.get("recognised") for step in passes.chain(passes.returned or 0))
    return recognised and all((case.error or 0) <= 1 for case in clues.cases)


def _decided(clues: Clues, batch: Batch) -> Frame | int | None:
    """The line that evaluates it, or the default in the function around it that says of how much."""
    frame = _where(batch)
    for step in loss_steps(batch.passes):
        frames = step.place.frames
        if frame in frames[:-1]:
            return deciding_default(clues.text, frame, frames[frames.index(frame) + 1]) or frame
    return frame


def _where(batch: Batch) -> Frame | None:
    """The line that evaluates the loss of one part; None for a loss that was differentiated.

    To take the loss of a part is right there, and to return it is the mistake.
    """
    passes = batch.passes
    for step in passes.chain(-1 if passes.returned is None else passes.returned):
        whole, piece = batch.share(step.operands[0]).elements, batch.share(step.results[0]).elements
        if step.op in INDEXED and piece < whole and step.place.frames:
            return blamed(step, [])  # of the losses of all parts
    rows = batch.share(passes.returned).rows
    steps = [step for step in loss_steps(passes) if step.index in rows]
    if not steps or any(step.place.phase == "forward" for step in steps):
        return None
    right = [item.step for item in passes.errors if item.step.index not in rows]
    return blamed(steps[-1], right)
