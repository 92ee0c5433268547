"""The returned loss is still scaled.

## What it does

Finds a returned value that still has the factor `loss_scale`.

## Why it is bad

The scale is a device of the backward pass. A loss that is reported with it can't be compared with
anything, not even with the same run at another scale.

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
    return (mse(model, x, y).astype(jnp.float32) * loss_scale).reshape(1)
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
from judge.pitfalls.lines import blamed

NAME = "scaled-loss-returned"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned value with a degree in the loss scale."""
    passes = clues.passes
    if passes is None or passes.returned is None:
        return
    degree = passes.fact(passes.returned).scale
    if degree is not None and degree > 0:
        scale = clues.name("loss_scale")
        where: Frame | int | None = _frame(clues, passes) or clues.text.last_return(clues.problem.entry_point)
        message = f"the returned loss is still multiplied by `{scale}`"
        remedy = f"return the loss without the factor: don't scale it here, or divide it by `{scale}`"
        yield clues.finding(NAME, where, message, remedy)


def _frame(clues: Clues, passes: Passes) -> Frame | None:
    """The call or line that scales the loss that is returned."""
    steps = [passes.program.steps[index] for index in sorted(passes.before_returned, reverse=True)]
    for step in steps:
        made = passes.makes(step)
        if step.op not in {"mul", "div"} or not _gains(passes, step) or not made.data and "update" not in made.depends:
            continue
        if step.place.phase == "forward":
            return None  # the scaled loss that was differentiated: returning it is the mistake
        right = [item for item in passes.program.steps if item.op == step.op and item.place.phase == "forward"]
        frame = blamed(step, right)
        helpers = {item.function for item in step.place.frames[: step.place.frames.index(frame)]} if frame else set()
        if any(clues.text.returns_several(name) for name in helpers):
            return None  # the right loss came out of the same call: choosing this one is the mistake
        return frame
    return None


def _gains(passes: Passes, step: Step) -> bool:
    made = passes.makes(step).scale
    before = [passes.fact(operand) for operand in step.operands]
    loss = [fact.scale for fact in before if fact.data or "update" in fact.depends]
    return made is not None and any(degree is not None and degree < made for degree in loss)
