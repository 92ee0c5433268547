"""The parameters move by gradients that still carry the loss scale.

## What it does

Finds updates whose increment still has the factor `loss_scale`. What counts is the update: dividing
inside of the optax chain, or folding the scale into the learning rate, is dividing.

## Why it is bad

The gradients of a loss that is multiplied by S are S times too large. A step S times too long
leaves the minimum behind, whatever the learning rate.

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
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import update_step

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
            yield clues.finding(NAME, update_step(passes, gradient), message, remedy)
            return
