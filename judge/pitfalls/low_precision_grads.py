"""The unscaled gradients are rounded to bfloat16.

## What it does

Finds a cast of the unscaled gradients to the compute dtype before the optimizer uses them. A cast
*before* the division rounds nothing, since the gradients come out of a bfloat16 backward; that is a
warning only.

## Why it is bad

The optimizer's arithmetic needs more bits than the backward pass. Rounding its input throws away
what the division by the scale and float32 accumulation have kept.

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
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: (g / loss_scale).astype(jnp.bfloat16), grads)
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
from judge.flow.passes import Gradient, Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed_cast, casts_at
from judge.pitfalls.updates import cast_for_arithmetic, casts, half_unscalings, in_optimizer

NAME = "low-precision-grads"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Casts of gradients to the compute dtype; one that rounds nothing is a warning."""
    passes = clues.passes
    if passes is None:
        return
    found = [
        (passes.fact(step.operands[0]).narrow, step)
        for gradient in passes.gradients
        for step in _by_themselves(clues, passes, gradient)
    ]
    if not found:
        return
    harmless, step = min(found, key=lambda item: (item[0], item[1].index))
    if harmless:
        message = f"the gradients are cast to {clues.compute} here; they come out of a {clues.compute} backward, so nothing is lost yet"
    else:
        message = f"the unscaled gradients are rounded to {clues.compute} here, before the optimizer uses them"
    remedy = "keep the gradients in float32 from here on: leave this cast out"
    wrong = [item.index for gradient in passes.gradients for item in gradient.region]
    severity = Severity.WARNING if harmless else Severity.ERROR
    yield clues.finding(NAME, blamed_cast(clues.text, step, casts_at(passes, step, wrong)), message, remedy, severity=severity)


def _by_themselves(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    """Casts that are not part of arithmetic in the compute dtype, which is another pitfall."""
    if any(True for _ in half_unscalings(clues, passes, gradient)):
        return
    for step in casts(clues, passes, gradient):
        before_lr = passes.makes(step).lr == 0 and not in_optimizer(step)
        if before_lr and not cast_for_arithmetic(clues, passes, gradient, step):
            yield step
