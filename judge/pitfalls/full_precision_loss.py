"""The error of the differentiated loss is computed in float32.

## What it does

Finds an error, or its squares, that the differentiated loss computes in float32 from a prediction
and targets in the compute dtype. It is a warning: the gradients come out nearly the same.

## Why it is bad

The recipe keeps everything between the casts in bfloat16, and scales the mean in float32. Error and
squares have the size of the activations, so computing them in float32 costs memory. (Many real
training loops do so on purpose.)

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


def wide(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    error = half(x.astype(jnp.bfloat16)).astype(jnp.float32) - y.astype(jnp.bfloat16)
    return jnp.mean(error**2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: wide(m, x, y) * loss_scale)(model)
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
from judge.pitfalls.clues import Clues
from judge.pitfalls.matmuls import WHOLE, matmuls

NAME = "full-precision-loss"
SEVERITY = Severity.WARNING


def detect(clues: Clues) -> Iterator[Finding]:
    """Error or squares of the differentiated loss in full precision, prediction and targets having been cast."""
    passes = clues.passes
    if passes is None or any(item.differentiated and item.state != "cast" for item in matmuls(passes)):
        return
    cast = [item for item in passes.errors if passes.fact(item.targets).touched and passes.fact(item.prediction).touched]
    if len(cast) != len(passes.errors):
        return
    steps = [item.step for item in cast] + list(passes.squares)
    for step in sorted(steps, key=lambda item: item.index):
        if passes.is_differentiated(step) and passes.makes(step).dtype in WHOLE:
            what = clues.assigned(step.place.line, "the error")
            message = f"{what} is computed in float32 from a {clues.compute} prediction and {clues.compute} targets"
            remedy = f"let error and squares stay in {clues.compute}; cast the mean to float32 before you scale it"
            yield clues.finding(NAME, step, message, remedy, severity=SEVERITY)
            return
