"""The gradients are divided by the scale in half precision.

## What it does

Finds a division of the gradients by `loss_scale` (or a product with its
inverse) that is computed in bfloat16 or float16.

## Why it is bad

The gradient of a bfloat16 copy of the parameters is bfloat16, and a Python
float doesn't change that: 3000 becomes 3008, and the quotient is rounded to 8
bits, just before the optimizer would have used all of them. Cast first, then
divide. (A scale that is a power of two hides it: nothing is rounded then.)

```pycon
>>> grad = jnp.bfloat16(1.0)
>>> half, single = grad / 3000, grad.astype(jnp.float32) / 3000
>>> print(half.dtype, f"{(half - single) / single:.2%}")
bfloat16 -0.44%
```

## What differs

```diff
     loss = lambda p: mse(*p, *data).astype(jnp.float32) * loss_scale
     grads = jax.grad(loss)(half(params))
-    grads = [(g / loss_scale).astype(jnp.float32) for g in grads]
+    grads = [g.astype(jnp.float32) / loss_scale for g in grads]
     params = [p - lr * g for p, g in zip(params, grads)]
     return mse(*half(params), *data).astype(jnp.float32).reshape(1)
```
"""

import ast
from collections.abc import Iterator
from itertools import chain

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import blamed_use, element_line
from judge.pitfalls.reading.calls import divides, is_cast, rule_line
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.updates import half_unscalings

NAME = "low-precision-unscale"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Divisions of gradients by the loss scale whose result is in the compute dtype."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        for step in half_unscalings(clues, passes, gradient):
            message = f"the gradients are divided by `{scale}` in {clues.compute}"
            remedy = f"cast them first: `g.astype(jnp.float32) / {scale}`"
            made = element_line(clues.text, step) or rule_line(clues.text, step, divides)
            where = made or _joined(clues, passes, step)
            yield clues.finding(NAME, where, message, remedy, about=step)
            return


def _joined(clues: Clues, passes: TrainingStep, step: Step) -> Frame | Step | None:
    """Where gradients meet the scale: the call of a helper that does nothing but that, and casts nothing."""
    statement = clues.text.statement(step.place.line or 0)
    if statement is not None and any(is_cast(node) for node in ast.walk(statement)):
        return step
    made = [(operand, passes.program.maker(operand)) for operand in step.operands]
    given = [
        maker.operands if maker is not None and maker.place.frames == step.place.frames else [operand]
        for operand, maker in made
    ]
    return blamed_use(clues, step, chain.from_iterable(given), [])
