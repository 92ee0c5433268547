"""The forward pass runs in float32.

## What it does

Finds a matmul of the differentiated loss whose parameters are float32: never
cast, or cast and then promoted back. What is said of inputs and targets would
follow from it, and isn't said as well.

## Why it is bad

Only the parameters' cast makes the step a mixed-precision one. Without it the
matmul is float32 and takes twice the memory, even for bfloat16 inputs; the
loss looks a little better, which is why it stays unnoticed.

```pycon
>>> layer = nnx.Linear(4, 2, rngs=nnx.Rngs(0))
>>> print(layer(jnp.ones((8, 4), jnp.bfloat16)).dtype)
float32
```

## What differs

```diff
 def mse(params, x, y):
-    pred = x.astype(jnp.bfloat16) @ params["w"] + params["b"]
+    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
+    pred = x.astype(jnp.bfloat16) @ half["w"] + half["b"]
     return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.reading.blamed_line import blamed_call
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.matmuls import matmuls
from judge.pitfalls.reading.promotions import account, widening

NAME = "full-precision-forward"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Matmuls of the differentiated forward whose parameters are in full precision."""
    passes = clues.passes
    if passes is None:
        return
    found = list(matmuls(passes))
    right = [item.step for item in found if item.state == "cast"]
    for item in found:
        if item.differentiated and item.state == "full" and item.halves <= {clues.compute}:
            back = widening(passes, item.product.parameter, "parameters")
            if back is not None and back.step.place.frames:
                yield clues.finding(NAME, *account(clues, passes, back, "the parameters were"))
                return
            if item.promoted:
                message = "the parameters are brought back to float32 here, and so is the matmul"
            else:
                message = (
                    f"the differentiated matmul runs on float32 parameters, not on a {clues.compute} copy"
                )
            remedy = f"cast parameters, inputs and targets to {clues.compute}, and leave them so"
            yield clues.finding(NAME, blamed_call(clues.text, item.step, right), message, remedy)
            return
