"""The returned array has the wrong dtype.

## What it does

Finds a returned array of another dtype than the one that is asked for.

## Why it is bad

A bfloat16 result loses bits in whatever is computed from it next, and numpy without ml_dtypes can't
even read it.

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
    return mse(model, x, y).reshape(1)
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

NAME = "wrong-output-dtype"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Returned arrays of another dtype than the declared one."""
    returns = clues.problem.returns
    if not isinstance(returns, ArraySpec):
        return
    wrong = [
        (case.name, case.actual.dtype)
        for case in clues.cases
        if isinstance(case.actual, ArrayValue) and case.actual.dtype != returns.dtype
    ]
    if wrong:
        line = clues.text.last_return(clues.problem.entry_point)
        message = f"this returns {wrong[0][1]}, not {returns.dtype}"
        remedy = f"cast the result: `.astype(jnp.{returns.dtype})`"
        names = [name for name, _ in wrong]
        yield clues.finding(NAME, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=names)
