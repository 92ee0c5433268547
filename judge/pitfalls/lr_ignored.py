"""The update does not depend on the learning rate.

## What it does

Finds updates that `lr` doesn't go into.

## Why it is bad

A rate that is written into the code can't be tuned, and the argument that looks as if it did has no
effect.

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
    optimizer = nnx.Optimizer(model, optax.sgd(0.01), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
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
from judge.flow.facts import UNKNOWN
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import update_step

NAME = "lr-ignored"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Updates that the learning rate doesn't go into."""
    passes = clues.passes
    if passes is None or not passes.updates or not passes.program.aligned:
        return
    increments = [passes.fact(update.increment) for update in passes.updates]
    if any({"learning_rate", UNKNOWN} & fact.depends or fact.lr != 0 for fact in increments):
        return
    lr = clues.name("learning_rate")
    where: Step | int | None = _constant_rate(clues) or update_step(passes)
    message = f"the update doesn't depend on `{lr}`"
    yield clues.finding(NAME, where, message, f"pass it on: `optax.sgd({lr})`")


def _constant_rate(clues: Clues) -> int | None:
    """The line of the only optimizer that is made, when it is made without the learning rate."""
    lines = clues.text.optimizer_lines(clues.name("learning_rate"))
    return lines[0] if len(lines) == 1 else None
