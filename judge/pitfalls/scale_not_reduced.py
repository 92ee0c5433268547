"""The scale isn't halved after an overflow.

## What it does

Finds steps that leave the scale as it is when gradients overflowed, or make
something else of it than its half.

## Why it is bad

A scale that is too large stays too large: the next step overflows as this one
did and is left out as well, and so on. The model stands still, without an
error and with a finite loss. A scale that is divided by more loses small
gradients until it has grown again, `growth_interval` steps for each doubling.

```pycon
>>> grads, scale = jnp.array([0.5, 40.0], jnp.float16), 4096.0
>>> for step in range(3):
...     print(scale, jnp.isfinite(grads * jnp.float16(scale)).all())
...     scale /= 2
4096.0 False
2048.0 False
1024.0 True
```

## What differs

```diff
     full = good_steps + 1 >= growth_interval
     grown = jnp.where(full, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale)
-    scale = jnp.where(good, grown, loss_scale)
+    scale = jnp.where(good, grown, jnp.maximum(loss_scale / 2, 1.0))
     count = jnp.where(good & ~full, good_steps + 1, 0)
     loss = mse(new, x, y).astype(jnp.float32)
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.next_scale.slips.floors import whole_half
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.next_scale.where import is_unused, reduced
from judge.pitfalls.reading.clues import Clues

NAME = "scale-not-reduced"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Scales after an overflow that are multiplied by something else than they should be."""
    found = told(clues, NAME)
    if found is None:
        line = whole_half(clues)
        if line is not None:
            name = clues.name("loss_scale")
            message = "`//` leaves out what is behind the point: half of 5000.5 becomes 2500"
            remedy = f"divide by `/`: `max({name} / 2, 1.0)`"
            where = clues.element("loss_scale")
            yield clues.finding(NAME, line, message, remedy, evidence=EvidenceKind.SOURCE, about=where)
        return
    factor = 1.0 if found.ratio is None else found.ratio
    name = clues.name("loss_scale")
    what = "stays as it is" if abs(factor - 1) < 1e-3 else f"is multiplied by {factor:.4g}"  # noqa: PLR2004 - rounding
    what = "isn't halved" if found.ratio is None else what
    after = "some overflows" if found.some else "an overflow"
    if found.hangs_on:
        what_of, _, number = found.hangs_on.partition(" ")
        role = {"count": "good_steps", "interval": "growth_interval"}[what_of]
        after = f"an overflow at a `{clues.name(role)}` {number}"
    remedy = f"halve it where gradients aren't finite: `jnp.maximum({name} / 2, 1.0)`"
    if not found.some and is_unused(clues, above=False):
        remedy = "a new scale is computed and then isn't used: store it, and return it"
    yield clues.finding(
        NAME,
        reduced(clues, found),
        f"after {after} `{name}` {what}",
        remedy,
        evidence=EvidenceKind.NUMBERS,
        cases=found.cases,
        about=clues.element("loss_scale"),
    )
