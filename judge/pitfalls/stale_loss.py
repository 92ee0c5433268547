"""The returned loss is the one before the update.

## What it does

Finds a returned loss that was computed from the parameters as they were
before the update, such as the value that `value_and_grad` gives.

## Why it is bad

The exercise asks for the loss *after* the step, and so does everyone who wants
to know what a step was worth. `value_and_grad` evaluates the function at the
parameters it is given: the old ones. On `w * w` from w = 1, learning rate 0.1:

```pycon
>>> loss, grad = jax.value_and_grad(lambda w: w * w)(1.0)
>>> print(loss, f"{(1.0 - 0.1 * grad) ** 2:.2f}")
1.0 0.64
```

## What differs

```diff
     updates, _ = tx.update(grads, tx.init(params))
     params = optax.apply_updates(params, updates)
-    return (loss / loss_scale).reshape(1)
+    return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.pitfalls.reading.blamed_line import outermost
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.returned_loss import is_old, is_stored, loss_steps

NAME = "stale-loss"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned loss that doesn't depend on the update, which was stored or came later."""
    passes = clues.passes
    if passes is None or not passes.updates or not is_old(passes):
        return
    steps = loss_steps(passes)
    first_update = min(update.step.index for update in passes.updates)
    if not steps or (steps[0].index > first_update and not is_stored(passes)):
        return
    where: Frame | int | None = _frame(steps) or clues.text.last_return(clues.problem.entry_point)
    message = "the returned loss was computed from the parameters as they were before the update"
    yield clues.finding(
        NAME, where, message, "compute the loss again with the updated parameters, and return that"
    )


def _frame(steps: list[Step]) -> Frame | None:
    """The line that evaluates the loss that is returned.

    None for the differentiated one, whose return is the mistake.
    """
    if any(step.place.phase == "forward" for step in steps):
        return None
    return outermost(steps[-1])
