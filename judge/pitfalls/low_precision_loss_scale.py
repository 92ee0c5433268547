"""The loss is multiplied by the scale in bfloat16.

## What it does

Finds a product of loss and `loss_scale` that is computed in the compute dtype, and a `loss_scale`
that is rounded to it first. A Python float is weakly typed: `loss * loss_scale` of a bfloat16 loss
is a bfloat16 product.

## Why it is bad

A scale that is no power of two is rounded by up to 0.4 %, and the gradients are then divided by
another number than the loss was multiplied by. In float16, which the same code is used for, the
product overflows.

## Example

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
```

## Use instead

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Passes
from judge.flow.program import Step
from judge.flow.walk import ancestors
from judge.pitfalls.clues import Clues

NAME = "low-precision-loss-scale"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Products with the loss scale in the compute dtype, and casts of the loss scale to it."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    found = _product(clues, passes) or _cast(clues, passes)
    if found is not None:
        message = f"`{scale}` is rounded to {clues.compute} where the loss is multiplied by it"
        remedy = f"cast the loss first: `loss.astype(jnp.float32) * {scale}`"
        yield clues.finding(NAME, found, message, remedy)


def _product(clues: Clues, passes: Passes) -> Step | None:
    for step in passes.program.steps:
        if step.op not in {"mul", "div", "dot_general"} or step.place.phase == "backward":
            continue
        if not passes.is_differentiated(step) or passes.makes(step).dtype != clues.compute:
            continue
        facts = [passes.fact(operand) for operand in step.operands]
        if any(fact.pure_scale for fact in facts) and any(fact.data for fact in facts):
            return step
    return None


def _cast(clues: Clues, passes: Passes) -> Step | None:
    raw = [operand for gradient in passes.gradients for operand in gradient.raw]
    before = ancestors(passes.program, raw) | {
        step.index for step in passes.program.steps if step.place.phase == "forward"
    }
    for index in sorted(before):
        step = passes.program.steps[index]
        if step.place.phase == "backward":
            continue
        fact = passes.fact(step.operands[0]) if step.operands else None
        if fact is None or not fact.pure_scale:
            continue
        constant = step.operands[0] < 0 and fact.dtype == clues.compute
        if constant or passes.rounds_to(step) == clues.compute:
            return step
    return None
