"""The error of the differentiated loss is computed in float32.

## What it does

Finds an error, or its squares, that the differentiated loss computes in
float32 from a bfloat16 prediction and bfloat16 targets.

## Why it is bad

The recipe of this exercise stays in bfloat16 up to the mean. Error and squares
are as large as the model's output, and so is what the backward pass keeps of
them: for 4096 tokens and 32000 words 262 MB in bfloat16 and 524 MB in float32.
Many real training loops spend that on purpose, for a more exact loss, so this
is no error.

```pycon
>>> 4096 * 32000 * jnp.dtype("bfloat16").itemsize
262144000
```

## What differs

```diff
     half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
     pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
-    error = (pred - y.astype(jnp.bfloat16)).astype(jnp.float32)
-    return jnp.mean(error**2).astype(jnp.bfloat16)
+    error = pred - y.astype(jnp.bfloat16)
+    return jnp.mean(error**2)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.matmuls import WHOLE, matmuls
from judge.pitfalls.promotions import account, before_error, side

NAME = "full-precision-loss"
SEVERITY = Severity.WARNING


def detect(clues: Clues) -> Iterator[Finding]:
    """Error or squares of the differentiated loss in full precision.

    Prediction and targets having been cast.
    """
    passes = clues.passes
    if passes is None or any(item.differentiated and item.state != "cast" for item in matmuls(passes)):
        return
    cast = [
        item
        for item in passes.errors
        if passes.fact(item.targets).touched and passes.fact(item.prediction).touched
    ]
    if len(cast) != len(passes.errors):
        return
    if any(passes.makes(item.step).touched - {clues.compute} for item in cast):
        return  # the other half precision is what promotes
    steps = [item.step for item in cast] + list(passes.squares)
    for step in sorted(steps, key=lambda item: item.index):
        if passes.is_differentiated(step) and passes.makes(step).dtype in WHOLE:
            error = next((item for item in cast if item.step is step), None)
            back = None if error is None else before_error(passes, error)
            if back is not None:
                fact = account(clues, passes, back[0], side(clues, back[1]))
                yield clues.finding(NAME, *fact, severity=SEVERITY)
                return
            squared = all(item.step is not step for item in cast)
            what = clues.assigned(step.place.line, "the squared error" if squared else "the error")
            message = (
                f"{what} is computed in float32 from a {clues.compute} prediction and {clues.compute} targets"
            )
            remedy = (
                f"let error and squares stay in {clues.compute}; cast the mean to float32 before you scale it"
            )
            yield clues.finding(NAME, step, message, remedy, severity=SEVERITY)
            return
