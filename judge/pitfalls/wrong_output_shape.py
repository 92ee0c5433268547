"""The returned array has the wrong shape.

## What it does

Finds a returned array of another shape than the one that is asked for.

## Why it is bad

A mean is a scalar of shape `()`. It compares equal to an array of shape `(1,)` by broadcasting,
which hides the difference until someone indexes or stacks it.

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
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32)
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

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.clues import Clues
from judge.problem.model import ArraySpec

NAME = "wrong-output-shape"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Returned arrays of another shape than the expected one."""
    wrong = [
        (case.name, case.actual.shape, case.expected.shape)
        for case in clues.cases
        if isinstance(case.actual, ArrayValue) and case.expected is not None and case.actual.shape != case.expected.shape
    ]
    if not wrong or not isinstance(clues.problem.returns, ArraySpec):
        return
    _, actual, expected = wrong[0]
    line = clues.text.last_return(clues.problem.entry_point)
    message = f"this returns an array of shape {actual}, not {expected}"
    remedy = f"reshape the result: `.reshape({', '.join(map(str, expected))})`"
    yield clues.finding(
        NAME, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=[name for name, _, _ in wrong]
    )
