"""The loss is multiplied by the scale in half precision.

## What it does

Finds a product of the loss and `loss_scale` that is computed in bfloat16 or
float16, and a `loss_scale` that is rounded to it before.

## Why it is bad

A Python float takes the dtype of the array it meets, so `loss * loss_scale`
of a bfloat16 loss is a bfloat16 product, of the rounded scale. Then the loss
is multiplied by 3008, the gradients are divided by 3000, and each step is
0.27 % too long. Powers of two get through unharmed: no number tells then, and
the judge reads the program.

```pycon
>>> print((jnp.bfloat16(1.0) * 3000.0).dtype, jnp.bfloat16(3000.0))
bfloat16 3008
```

## What differs

```diff
     def scaled_loss(params):
         loss = mse(params, x, y)
-        return loss * loss_scale
+        return loss.astype(jnp.float32) * loss_scale

     grads = jax.grad(scaled_loss)(params)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import blamed_cast, casts_at
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called, names_in

NAME = "low-precision-loss-scale"
SEVERITY = Severity.ERROR
TIMES = {"mul", "multiply"}


def detect(clues: Clues) -> Iterator[Finding]:
    """Products with the loss scale in the compute dtype, and casts of the loss scale to it."""
    passes = clues.passes
    if passes is None or not passes.is_transposed:
        return  # written by hand, a backward pass in the compute dtype starts from a rounded scale
    scale = clues.name("loss_scale")
    product = _product(clues, passes)
    found: Step | Frame | None = product
    cast = None if product is not None else _cast(clues, passes)
    if cast is not None:
        wrong = [step.index for step in passes.program.steps if _of_scale(passes, step)]
        found = blamed_cast(clues, cast, casts_at(passes, cast, wrong)) or cast
    if found is not None:
        message = f"`{scale}` is rounded to {clues.compute} where the loss is multiplied by it"
        remedy = f"cast the loss first: `loss.astype(jnp.float32) * {scale}`"
        yield clues.finding(NAME, _handed(clues, found) or found, message, remedy, about=product or cast)


def _handed(clues: Clues, product: Step | Frame) -> int | None:
    """Where the product was made a function, `partial(mul, loss_scale)`, that is called elsewhere."""
    frames = product.place.frames if isinstance(product, Step) else (product,)
    statement = clues.text.statement(frames[0].line) if frames else None
    nodes = list(ast.walk(statement)) if statement is not None else []
    written = any(isinstance(node, ast.BinOp) or getattr(node, "attr", "") in TIMES for node in nodes)
    if written or any(clues.name("loss_scale") == getattr(node, "id", None) for node in nodes):
        return None
    bound = [call for call in clues.text.calls if called(call) == "partial" and len(call.args) > 1]
    lines = {
        call.lineno
        for call in bound
        if getattr(call.args[0], "attr", getattr(call.args[0], "id", None)) in TIMES
        and clues.name("loss_scale") in set().union(*map(names_in, call.args[1:]))
    }
    return lines.pop() if len(lines) == 1 else None


def _product(clues: Clues, passes: TrainingStep) -> Step | None:
    for step in passes.program.steps:
        if step.op not in {"mul", "div", "dot_general"} or step.place.phase == "backward":
            continue
        if not passes.is_differentiated(step) or passes.makes(step).dtype != clues.compute:
            continue
        facts = [passes.fact(operand) for operand in step.operands]
        if any(fact.pure_scale for fact in facts) and any(fact.data for fact in facts):
            return step
    return None


def _cast(clues: Clues, passes: TrainingStep) -> Step | None:
    for index in sorted(passes.differentiated):
        step = passes.program.steps[index]
        if step.place.phase == "backward":
            continue
        for operand in step.operands:
            fact = passes.fact(operand)
            constant = operand < 0 and fact.dtype == clues.compute
            if fact.pure_scale and (constant or passes.rounds_to(step) == clues.compute):
                return step
    return None


def _of_scale(passes: TrainingStep, step: Step) -> bool:
    return any(passes.fact(operand).pure_scale for operand in step.operands)
