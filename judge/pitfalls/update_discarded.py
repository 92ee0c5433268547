"""The update is computed and goes nowhere.

## What it does

Finds updates, or new parameters, that neither a model nor the returned loss
uses.

## Why it is bad

JAX arrays are never changed in place: arithmetic and `optax.apply_updates`
give new ones, and the old stay as they were. If nobody keeps the new ones,
nothing has been learned:

```pycon
>>> w = jnp.array([1.0])
>>> print(optax.apply_updates(w, jnp.array([-0.25])), w)
[0.75] [1.]
```

## What differs

```diff
     params, tx = nnx.state(model, nnx.Param), optax.sgd(lr)
     updates, _ = tx.update(grads, tx.init(params))
-    optax.apply_updates(params, updates)
+    nnx.update(model, optax.apply_updates(params, updates))
     return mse(model, x, y).astype("float32").reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.reading.blamed_line import update_step
from judge.pitfalls.reading.calls import dropped_call
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.returned_loss import is_old, is_stored, loss_steps

NAME = "update-discarded"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Gradients or updates that no returned loss and no model depends on."""
    passes = clues.passes
    if passes is None or not passes.gradients or not is_old(passes):
        return
    if passes.updates:
        steps = loss_steps(passes)
        first_update = min(update.step.index for update in passes.updates)
        if is_stored(passes) or not steps or steps[0].index < first_update:
            return  # that is a stale loss
    step = update_step(passes)
    if step is None:
        step = passes.program.maker(passes.gradients[0].raw[0])
    lost = None if step is None else dropped_call(clues.text, step.place.frames)
    message = "the update that is computed here goes nowhere: neither a model nor the returned loss uses it"
    yield clues.finding(
        NAME, lost or step, message, "store the new parameters, and compute the returned loss from them"
    )
