"""The inputs are not cast, so the matmul runs in float32.

## What it does

Finds a matmul, of the differentiated loss or of the returned one, that runs
in float32 although its parameters were cast: JAX promotes them to the dtype
of the inputs.

## Why it is bad

The widest operand decides. One float32 input, and the matmul, its result and
its backward pass are float32: twice the bytes to move, and none of the fast
16-bit units of an accelerator. Nothing warns you.

```pycon
>>> x, w = jnp.ones((1024, 512)), jnp.ones((512, 256), jnp.bfloat16)
>>> print((x @ w).dtype, (x @ w).nbytes)
float32 1048576
>>> print((x.astype(jnp.bfloat16) @ w).nbytes)
524288
```

## What differs

```diff
     graphdef, state = nnx.split(model)
     half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
-    pred = nnx.merge(graphdef, half)(x)
+    pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
     error = pred - y.astype(jnp.bfloat16)
     return jnp.mean(error**2)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.reading.blamed_line import blamed_use
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.matmuls import matmuls
from judge.pitfalls.reading.promotions import account, widening
from judge.pitfalls.reading.written.missed import missed_at

NAME = "uncast-inputs"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Matmuls that run in full precision because of their inputs alone."""
    passes = clues.passes
    if passes is None:
        return
    found = list(matmuls(passes))
    right = [item.product.step for item in found if item.state == "cast"]
    x = clues.name("inputs")
    for item in found:
        if item.state == "uncast-inputs" and item.halves <= {clues.compute}:
            product = item.product
            back = widening(passes, product.inputs, "inputs")
            if back is not None and back.step.place.frames:
                yield clues.finding(NAME, *account(clues, passes, back, f"`{x}` was"), about=back.shows_at)
                return
            frame = blamed_use(clues, product.step, (product.inputs, product.parameter), right)
            what = clues.assigned(frame.line if frame else None, "the matmul")
            message = f"{what} is float32 here because `{x}` was not cast to {clues.compute}"
            missed = missed_at(clues, passes, "inputs", product.step)
            if missed is not None:
                message = f"`{x}` stays float32 here: what is cast to {clues.compute} is not what is used"
            remedy = f"cast it where the parameters are cast: `{x}.astype(jnp.{clues.compute})`"
            yield clues.finding(NAME, missed or frame, message, remedy, about=product.step)
            return
