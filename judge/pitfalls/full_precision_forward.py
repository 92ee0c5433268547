"""The forward pass runs in float32.

## What it does

Finds a matmul of the differentiated loss whose parameters are in float32: never cast, or cast and
then brought back. What is said of inputs and targets follows from it, and is not reported as well.

## Why it is bad

The matmuls take most of the time of a training step. Run in float32 they take the time and the
memory of a step without mixed precision.

## Example

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
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
from judge.pitfalls.clues import Clues
from judge.pitfalls.matmuls import matmuls

NAME = "full-precision-forward"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Matmuls of the differentiated forward whose parameters are in full precision."""
    passes = clues.passes
    if passes is None:
        return
    for item in matmuls(passes):
        if item.differentiated and item.state == "full" and item.halves <= {clues.compute}:
            if item.promoted:
                message = f"the parameters are brought back to float32 here, so the matmul doesn't run in {clues.compute}"
            else:
                message = f"the matmul of the differentiated loss runs on float32 parameters, not on a {clues.compute} copy"
            remedy = f"cast parameters, inputs and targets to {clues.compute} inside of the loss function, and leave them so"
            yield clues.finding(NAME, item.step, message, remedy)
            return
