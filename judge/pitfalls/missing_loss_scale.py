"""The loss that is differentiated is not scaled.

## What it does

Finds a differentiated loss without the factor `loss_scale`, whether or not the gradients are
divided afterwards. A scale that is given as the cotangent of `jax.vjp` counts as scaling.

## Why it is bad

Scaling has to happen *before* the backward pass, since it is there that small gradients underflow.
What is lost on the way can't be brought back by multiplying later. Dividing without having
multiplied makes the step too small.

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
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32))(model)
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
from judge.flow.program import Frame
from judge.flow.walk import ancestors
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed, first_with_line

NAME = "missing-loss-scale"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Raw gradients without a degree in the loss scale."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    for gradient in passes.gradients:
        degrees = [passes.fact(operand).scale for operand in gradient.raw]
        if degrees and all(degree is not None and degree <= 0 for degree in degrees):
            message = f"the loss that is differentiated isn't multiplied by `{scale}`"
            remedy = f"return `loss.astype(jnp.float32) * {scale}` from the function that is differentiated"
            yield clues.finding(NAME, _where(clues, passes, gradient), message, remedy)
            return


def _where(clues: Clues, passes: Passes, gradient: Gradient) -> Frame | int | None:
    """The cotangent where one is given; otherwise the loss's last line, or the call where the loss is used rightly, too."""
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, gradient.raw))]
    backward = [step for step in steps if step.place.phase == "backward"]
    pulls = clues.text.pullback_lines()
    if len(pulls) == 1:
        return pulls[0]
    squares = [step for step in passes.squares if passes.is_differentiated(step)]
    step = first_with_line(backward) or first_with_line(squares)
    if step is None:
        return None
    return blamed(step, [item for item in passes.program.steps if passes.is_final(item)])
