"""The parameters move although gradients overflowed.

## What it does

Finds updates that are done whether or not the gradients are finite, told by
what is returned after an overflow.

## Why it is bad

One infinite gradient makes its parameter infinite, and the next forward pass
makes the loss NaN. No later step repairs that: everything that is computed
from a NaN is NaN, and the run is lost at the first overflow. With a dynamic
scale overflows are no accident, but how the right scale is found.

```pycon
>>> params = jnp.array([0.5, -0.25])
>>> params = params - 0.1 * jnp.array([0.01, jnp.inf])
>>> print(params, params @ jnp.array([1.0, -1.0]))
[0.499  -inf] inf
```

## What differs

```diff
     grads = {k: g / loss_scale for k, g in grads.items()}
     good = jnp.stack([jnp.isfinite(g).all() for g in grads.values()]).all()
-    new = {k: p - lr * grads[k] for k, p in old.items()}
+    new = {k: jnp.where(good, p - lr * grads[k], p) for k, p in old.items()}
     full = good_steps + 1 >= growth_interval
     grown = jnp.where(full, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale)
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.next_scale.checks import decides, half_asked, no_errors_line
from judge.pitfalls.next_scale.leaves import own_answer
from judge.pitfalls.next_scale.slips.cleared import cleared_before
from judge.pitfalls.next_scale.slips.shared import shared_state
from judge.pitfalls.next_scale.slips.unguarded import unguarded
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.reading.blamed_line import update_step
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues

NAME = "unchecked-overflow"
SEVERITY = Severity.ERROR
CLEANING = {"zero_nans", "nan_to_num"}
REMEDY = "keep the old parameters where some gradient isn't finite: `jnp.where(finite, new, old)`"


def detect(clues: Clues) -> Iterator[Finding]:
    """Losses after an overflow that aren't finite, at parameters that should have stayed."""
    yield from _alone(clues)
    found = told(clues, NAME)
    if found is None or (found.missed and decides(clues)) or (found.some and half_asked(clues)):
        return
    updated = None if clues.passes is None else update_step(clues.passes)
    written = call_lines(clues.text, {"apply_updates"}) or call_lines(clues.text, {"update"})
    where = updated or next(iter(written), None)
    message = "the parameters are updated here with gradients that aren't finite"
    remedy = REMEDY
    cleaned = call_lines(clues.text, CLEANING) if found.some else []
    if len(cleaned) == 1:
        where = cleaned[0]
        message = "this makes NaN a number, and updates that are infinite are done nevertheless"
    shared = shared_state(clues)
    if shared is not None:
        where = shared
        message = "what is kept here shares its variables with the model, and is updated with it"
        remedy = "keep a copy: `jax.tree.map(jnp.copy, nnx.state(model))`"
    cleared = cleared_before(clues)
    if cleared is not None:
        where = cleared
        message = "the answer to what is finite is cleared here, before the update asks for it"
        remedy = "call this after the update"
    allows_none = no_errors_line(clues)
    if allows_none is not None:
        where = allows_none
        message = "with no error allowed, this does the update although gradients aren't finite"
        remedy = "allow more of them in a row, and their updates are left out: `max_consecutive_errors=1000`"
    yield clues.finding(
        NAME, where, message, remedy, evidence=EvidenceKind.NUMBERS, cases=found.cases, about=updated
    )


def _alone(clues: Clues) -> Iterator[Finding]:
    """The update of one parameter that nothing decides about, where something does about others'."""
    found = told(clues, "partial-finite-check")
    if found is None or not found.apart or clues.passes is None or own_answer(clues) is not None:
        return
    step = unguarded(clues.passes)
    if step is not None:
        message = "this parameter is updated whatever the gradients are, and others aren't"
        yield clues.finding(NAME, step, message, REMEDY, cases=found.cases, about=step)
