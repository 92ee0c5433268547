"""The optimizer's arithmetic runs in bfloat16.

## What it does

Finds an increment (`lr * grad`), or its addition to the parameters, that is computed in the compute
dtype or rounded to it.

## Why it is bad

The increment is usually much smaller than the parameter. In bfloat16 it loses its low bits when it
is made, and most of the rest when it is added.

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
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    step = jax.tree.map(lambda g: (lr * g).astype(jnp.bfloat16), grads)
    params = jax.tree.map(lambda p, s: p - s, nnx.state(model, nnx.Param), step)
    nnx.update(model, params)
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
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    step = jax.tree.map(lambda g: lr * g, grads)
    params = jax.tree.map(lambda p, s: p - s, nnx.state(model, nnx.Param), step)
    nnx.update(model, params)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.passes import Gradient, Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.updates import (
    cast_for_arithmetic,
    casts,
    half_arithmetic,
    half_unscalings,
    in_optimizer,
    master_roundings,
)

NAME = "low-precision-update"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments and additions in the compute dtype that nothing earlier explains."""
    passes = clues.passes
    if passes is None or any(True for _ in master_roundings(clues, passes)):
        return
    lr = clues.name("learning_rate")
    for gradient in passes.gradients:
        step = next(_unexplained(clues, passes, gradient), None)
        if step is not None:
            what = "the parameters are updated" if gradient.update and step is gradient.update.step else "the increment is computed"
            message = f"{what} in {clues.compute} here"
            remedy = f"do the optimizer's arithmetic in float32: float32 parameters minus `{lr}` times float32 gradients"
            yield clues.finding(NAME, step, message, remedy)
            return


def _unexplained(clues: Clues, passes: Passes, gradient: Gradient) -> Iterator[Step]:
    explained = any(True for _ in half_unscalings(clues, passes, gradient)) or any(
        passes.makes(step).lr == 0
        and not in_optimizer(step)
        and not cast_for_arithmetic(clues, passes, gradient, step)
        for step in casts(clues, passes, gradient)
    )
    for step in half_arithmetic(clues, passes, gradient):
        lossy_cast = step.op == "convert_element_type" and step.index in passes.makes(step).rounded
        if not explained or lossy_cast:
            yield step
