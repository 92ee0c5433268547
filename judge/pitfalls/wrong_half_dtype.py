"""float16 is used in place of bfloat16.

## What it does

Finds values of the other half precision than the exercise asks for. It replaces everything that
would be said of the same values in the right one.

## Why it is bad

Both have 16 bits, but float16 has a small range: it overflows above 65504 and underflows below
6e-8, which bfloat16 does not. A scale that is fine in bfloat16 turns a float16 loss into inf.

## Example

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))
    return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


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
from judge.flow.facts import HALVES
from judge.flow.passes import Passes
from judge.flow.program import Step
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import asked_for, blamed
from judge.pitfalls.updates import CASTS

NAME = "wrong-half-dtype"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """The first value of a half precision that isn't the problem's."""
    passes = clues.passes
    if passes is None or clues.compute not in HALVES:
        return
    wrong = next(dtype for dtype in HALVES if dtype != clues.compute)
    step = _first(passes, wrong)
    if step is not None:
        message = f"this casts to {wrong}, which overflows above 65504 and underflows below 6e-8"
        frame = blamed(step, [])
        if step.op in CASTS:
            frame = asked_for(clues.text, step.place.frames, {"astype", "asarray", "array", "convert_element_type", "cast"})
        yield clues.finding(NAME, frame, message, f"use jnp.{clues.compute}: it has the range of float32")


def _first(passes: Passes, wrong: str) -> Step | None:
    returned = {step.index for step in passes.chain(passes.returned)} if passes.returned is not None else set()
    relevant = passes.differentiated | passes.before_returned
    relevant |= {step.index for gradient in passes.gradients for step in gradient.region}
    for step in passes.program.steps:
        if step.index not in relevant or step.index in returned or not step.results:
            continue
        made = passes.makes(step)
        if wrong in {made.dtype, passes.rounds_to(step)} and step.place.frames and made.size > 0:
            return step
    return None
