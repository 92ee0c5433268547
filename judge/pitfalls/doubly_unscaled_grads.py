"""The gradients are divided by the loss scale too often.

## What it does

Finds gradients that are divided by `loss_scale` more often than the loss was multiplied by it.

## Why it is bad

Gradients that are S times too small move nothing: the model looks as if it had converged.

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
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)
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
from judge.flow.passes import Gradient, Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed, update_step

NAME = "doubly-unscaled-grads"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Increments with a negative degree in the loss scale, the loss having been scaled."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        raw = [passes.fact(operand).scale for operand in gradient.raw]
        if gradient.increment is None:
            continue
        left = passes.fact(gradient.increment).scale
        if left is not None and left < 0 and any(degree is not None and degree > 0 for degree in raw):
            message = f"the gradients are divided by `{scale}` here once more than the loss was multiplied by it"
            remedy = f"divide by `{scale}` once"
            step = _last_division(passes, gradient) or update_step(passes, gradient)
            frame = None if step is None else blamed(step, gradient.region)
            yield clues.finding(NAME, frame, message, remedy)
            return


def _last_division(passes: Passes, gradient: Gradient) -> Step | None:
    for step in gradient.region:
        made = passes.makes(step)
        before = [passes.fact(item).scale for item in step.operands if passes.fact(item).data]
        if made.scale is not None and made.scale < 0 and any(degree is not None and degree >= 0 for degree in before):
            return _own_line(passes, step)
    return None


def _own_line(passes: Passes, step: Step) -> Step:
    """Where the factor that divides was itself divided by the scale (`lr / loss_scale`), that line."""
    for operand in step.operands:
        fact = passes.fact(operand)
        if fact.data or fact.scale in {0, None}:
            continue
        for index in range(step.index - 1, -1, -1):
            maker = passes.program.steps[index]
            if operand in maker.results and maker.op in {"div", "mul"} and maker.place.frames:
                return maker
    return step
