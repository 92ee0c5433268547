"""The gradients are divided by the scale in bfloat16.

## What it does

Finds a division of gradients by `loss_scale` (or a product with its inverse) whose result is in the
compute dtype.

## Why it is bad

The quotient is rounded to 8 bits before the optimizer has seen it. Gradients with respect to a
bfloat16 copy of the parameters come out as bfloat16, and a Python float does not promote them: cast
first, then divide.

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
    grads = jax.tree.map(lambda g: g.astype(jnp.bfloat16) / loss_scale, grads)
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
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.pitfalls.clues import Clues
from judge.pitfalls.updates import half_unscalings

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
            yield clues.finding(NAME, step, message, remedy)
            return
