"""The scale doesn't double when the count is reached.

## What it does

Finds steps that leave the scale as it is, or make something else of it than
its double, when the last of `growth_interval` good steps was done.

## Why it is bad

The scale can only get smaller then. Each overflow halves it, and after some of
them small gradients become zero again, which is what it was there to prevent.
Often the comparison is one off: the good step that was just done counts, and
with 3 before it and an interval of 4 the scale doubles now.

```pycon
>>> good_steps, growth_interval = 3, 4
>>> print(good_steps >= growth_interval, good_steps + 1 >= growth_interval)
False True
```

## What differs

```diff
     if finite:
         sgd.update(model, grads)
-    if finite and good_steps >= growth_interval:
+    if finite and good_steps + 1 >= growth_interval:
         scale, count = min(2 * loss_scale, 2.0**24), 0
     elif finite:
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.next_scale.where import grown, is_unused
from judge.pitfalls.reading.clues import Clues

NAME = "scale-not-grown"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Scales that aren't doubled at the good step that completes the interval."""
    found = told(clues, NAME)
    if found is None:
        return
    factor = 1.0 if found.ratio is None else found.ratio
    name, count, interval = (clues.name(role) for role in ("loss_scale", "good_steps", "growth_interval"))
    what = "stays as it is" if abs(factor - 1) < 1e-3 else f"is multiplied by {factor:.4g}"  # noqa: PLR2004 - rounding
    what = f"sometimes {what}" if found.some else what
    remedy = f"double it where `{count} + 1 >= {interval}`"
    if not found.some and is_unused(clues, above=True):
        remedy = "a new scale is computed and then isn't used: store it, and return it"
    yield clues.finding(
        NAME,
        grown(clues, found),
        f"`{name}` {what} when the good step that was just done completes `{interval}`",
        remedy,
        evidence=EvidenceKind.NUMBERS,
        cases=found.cases,
        about=clues.element("loss_scale"),
    )
