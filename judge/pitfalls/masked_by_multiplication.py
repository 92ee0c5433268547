"""The update is left out by a product with 0.

## What it does

Finds updates that are to be skipped by multiplying gradients, the learning
rate or the new parameters by 0 where something isn't finite.

## Why it is bad

0 times infinity is NaN. The one case that the product is there for, a
gradient that is infinite, is the one in which it doesn't work: the parameters
become NaN and never anything else again. `jnp.where` takes one of two values
and computes nothing with the other.

```pycon
>>> old, grad = jnp.array([0.5, 2.0]), jnp.array([0.25, jnp.inf])
>>> finite = jnp.isfinite(grad).all()
>>> print(old - 0.1 * grad * finite, jnp.where(finite, old - 0.1 * grad, old))
[0.5 nan] [0.5 2. ]
```

## What differs

```diff
     sgd = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
     zero = jax.tree.map(jnp.zeros_like, grads)
-    grads = jax.tree.map(lambda g, z: g * finite, grads, zero)
+    grads = jax.tree.map(lambda g, z: jnp.where(finite, g, z), grads, zero)
     sgd.update(model, grads)
     loss = mse(model, x, y).astype(jnp.float32)
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.next_scale.checks import mask_line
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.reading.blamed_line import update_step
from judge.pitfalls.reading.clues import Clues

NAME = "masked-by-multiplication"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Losses after an overflow that are NaN even where an update would have made them infinite."""
    found = told(clues, NAME)
    if found is None:
        return
    where = mask_line(clues) or (None if clues.passes is None else update_step(clues.passes))
    message = "the update is multiplied by 0 here where gradients aren't finite, and infinity times 0 is NaN"
    remedy = "choose in place of multiplying: `jnp.where(finite, new, old)`"
    yield clues.finding(NAME, where, message, remedy, evidence=EvidenceKind.NUMBERS, cases=found.cases)
