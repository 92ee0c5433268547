"""The count of good steps goes on after growth or an overflow.

## What it does

Finds steps after which the count isn't 0 although the scale has changed.

## Why it is bad

The count says for how long the scale that there is has been all right. If it
goes on after growth, it stays at `growth_interval` or above, and the scale
doubles at each good step from then on. If it goes on after an overflow, the
scale doubles soon after it was halved, to what has just overflowed.

```pycon
>>> scale, count, interval = 1024.0, 0, 3
>>> for step in range(6):
...     count += 1
...     scale = scale * 2 if count >= interval else scale
>>> print(scale, 1024.0 * 2 * 2)
16384.0 4096.0
```

## What differs

```diff
     grown = jnp.where(full, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale)
     scale = jnp.where(good, grown, jnp.maximum(loss_scale / 2, 1.0))
-    count = jnp.where(good, good_steps + 1, 0)
+    count = jnp.where(good & ~full, good_steps + 1, 0)
     loss = mse(new, x, y).astype(jnp.float32)
     return jnp.stack([loss, scale, count])
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.next_scale.where import counted
from judge.pitfalls.reading.clues import Clues

NAME = "count-not-reset"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Counts that go on where the scale was changed as it should be."""
    found = told(clues, NAME)
    if found is None:
        return
    count = clues.name("good_steps")
    after = "the scale has doubled" if found.after == "growth" else "an overflow"
    yield clues.finding(
        NAME,
        counted(clues, found),
        f"`{count}` isn't set to 0 after {after}",
        "begin to count from 0 whenever the scale has changed",
        evidence=EvidenceKind.NUMBERS,
        cases=found.cases,
        about=clues.element("good_steps"),
    )
