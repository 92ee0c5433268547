"""The returned loss is the one before the update.

## What it does

Finds a returned loss that was computed from the parameters as they were before the update, such as
the value that `value_and_grad` gives.

## Why it is bad

The exercise asks for the loss *after* the step. The value of `value_and_grad` belongs to the old
parameters, and is scaled besides.

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
    loss = mse(model, x, y)
    optimizer.update(model, grads)
    return loss.astype(jnp.float32).reshape(1)
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
from judge.flow.program import Frame, Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import outermost
from judge.pitfalls.returned import is_old, is_stored, loss_steps

NAME = "stale-loss"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned loss that doesn't depend on the update, which was stored or came later."""
    passes = clues.passes
    if passes is None or not passes.updates or not is_old(passes):
        return
    steps = loss_steps(passes)
    first_update = min(update.step.index for update in passes.updates)
    if not steps or (steps[0].index > first_update and not is_stored(passes)):
        return
    where: Frame | int | None = _frame(passes, steps) or clues.text.last_return(clues.problem.entry_point)
    message = "the returned loss was computed from the parameters as they were before the update"
    yield clues.finding(NAME, where, message, "compute the loss again with the updated parameters, and return that")


def _frame(passes: Passes, steps: list[Step]) -> Frame | None:
    """The line that evaluates the loss that is returned; None for the differentiated one, whose return is the mistake."""
    if any(step.place.phase == "forward" for step in steps):
        return None
    return outermost(steps[-1])
