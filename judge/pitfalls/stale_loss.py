"""The returned loss is the one before the update.

## What it does

Finds a returned loss that was computed from the parameters as they were
before the update, such as the value that `value_and_grad` gives.

## Why it is bad

The exercise asks for the loss *after* the step, and so does everyone who wants
to know what a step was worth. `value_and_grad` evaluates the function at the
parameters it is given: the old ones. On `w * w` from w = 1, learning rate 0.1:

```pycon
>>> loss, grad = jax.value_and_grad(lambda w: w * w)(1.0)
>>> print(loss, f"{(1.0 - 0.1 * grad) ** 2:.2f}")
1.0 0.64
```

## Example

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = x.astype(jnp.bfloat16) @ half["w"] + half["b"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
    loss, grads = jax.value_and_grad(scaled)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return (loss / loss_scale).reshape(1)
```

## Use instead

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = x.astype(jnp.bfloat16) @ half["w"] + half["b"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
    grads = jax.grad(scaled)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
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
    where: Frame | int | None = _frame(steps) or clues.text.last_return(clues.problem.entry_point)
    message = "the returned loss was computed from the parameters as they were before the update"
    yield clues.finding(
        NAME, where, message, "compute the loss again with the updated parameters, and return that"
    )


def _frame(steps: list[Step]) -> Frame | None:
    """The line that evaluates the loss that is returned.

    None for the differentiated one, whose return is the mistake.
    """
    if any(step.place.phase == "forward" for step in steps):
        return None
    return outermost(steps[-1])
