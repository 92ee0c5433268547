"""The scale doubles before the count is reached.

## What it does

Finds steps that double the scale although fewer than `growth_interval` good
steps were done: at each good step, or one step early.

## Why it is bad

Doubling is an attempt: when the scale was right, the next step overflows and
is left out. `growth_interval` says how often a step may be lost like that, and
with an interval of 2000 it is one in 2000. A scale that doubles at each good
step overflows as often as not, and half of all steps are lost.

```pycon
>>> scale, lost = 1024.0, 0
>>> for step in range(100):
...     overflowed = scale * 40 > 65504
...     lost += overflowed
...     scale = scale / 2 if overflowed else scale * 2
>>> print(lost)
50
```

## What differs

```diff
     good = jnp.stack([jnp.isfinite(g).all() for g in grads.values()]).all()
     new = {k: jnp.where(good, p - lr * grads[k], p) for k, p in old.items()}
-    full = good_steps + 2 >= growth_interval
+    full = good_steps + 1 >= growth_interval
     grown = jnp.where(full, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale)
     scale = jnp.where(good, grown, jnp.maximum(loss_scale / 2, 1.0))
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.next_scale.where import early
from judge.pitfalls.reading.clues import Clues

NAME = "scale-grown-early"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Scales that are doubled at a good step that doesn't complete the interval."""
    found = told(clues, NAME)
    if found is None:
        return
    name, count, interval = (clues.name(role) for role in ("loss_scale", "good_steps", "growth_interval"))
    each = f"at each good step, not after `{interval}` of them"
    when = each if found.after == "good" else f"before `{interval}` good steps were done"
    yield clues.finding(
        NAME,
        early(clues, found),
        f"`{name}` doubles {when}",
        f"double it only where `{count} + 1 >= {interval}`",
        evidence=EvidenceKind.NUMBERS,
        cases=found.cases,
        about=clues.element("loss_scale"),
    )
