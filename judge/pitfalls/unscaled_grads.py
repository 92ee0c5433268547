"""The parameters move by gradients that still carry the loss scale.

## What it does

Finds updates whose increment still has the factor `loss_scale`. What counts
is the update: dividing inside of an optax chain, or dividing the learning
rate, is dividing.

## Why it is bad

The gradient of a loss that is S times larger is S times larger, and so is the
step. With S = 1024, the step from w = 1 towards the minimum of `w * w`
(learning rate 0.1) ends far beyond it, and the loss is 41534 and not 0.64:

```pycon
>>> w, lr, scale = 1.0, 0.1, 1024.0
>>> right, wrong = w - lr * 2 * w, w - lr * scale * 2 * w
>>> print(f"{right:.1f} {wrong:.1f} {right**2:.2f} {wrong**2:.0f}")
0.8 -203.8 0.64 41534
```

## What differs

```diff
     scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
     loss, grads = jax.value_and_grad(scaled)(params)
+    grads = jax.tree.map(lambda g: g / loss_scale, grads)
     tx = optax.sgd(lr)
     updates, _ = tx.update(grads, tx.init(params))
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.reading.blamed_line import optimizer_step
from judge.pitfalls.reading.clues import Clues

NAME = "unscaled-grads"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments that still have a degree in the loss scale."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        raw = [passes.fact(operand).scale for operand in gradient.raw]
        if gradient.update is None or gradient.increment is None:
            continue
        left = passes.fact(gradient.increment).scale
        if left is not None and left > 0 and any(degree is not None and degree > 0 for degree in raw):
            message = f"the parameters move by gradients that are still multiplied by `{scale}`"
            remedy = f"divide the gradients by `{scale}` before the optimizer sees them"
            yield clues.finding(NAME, optimizer_step(passes, gradient), message, remedy)
            return
