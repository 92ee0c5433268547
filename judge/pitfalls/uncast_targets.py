"""The targets are not cast.

## What it does

Finds targets that reach the subtraction without ever having been rounded to the compute dtype,
although the parameters were.

## Why it is bad

`pred - y` is then computed in float32: the prediction was rounded and the targets were not, so the
error is not that of a bfloat16 model, and everything after it is in float32 as well.

## Example

```python
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y) ** 2)


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
from judge.flow.passes import Passes
from judge.flow.walk import Difference
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import blamed

NAME = "uncast-targets"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Differences whose targets have never been rounded."""
    passes = clues.passes
    if passes is None:
        return
    errors = [item for item in passes.errors if passes.is_differentiated(item.step) or passes.is_final(item.step)]
    right = [item.step for item in errors if _cast(passes, item)]
    y = clues.name("targets")
    for item in errors:
        if not _cast(passes, item):
            frame = blamed(item.step, right)
            message = f"`{y}` is subtracted in float32: it was never cast to {clues.compute}"
            remedy = f"cast it as you cast the inputs: `{y}.astype(jnp.{clues.compute})`"
            yield clues.finding(NAME, frame, message, remedy)
            return


def _cast(passes: Passes, error: Difference) -> bool:
    """Whether the targets were rounded, or nothing on the other side was."""
    return bool(passes.fact(error.targets).touched) or not passes.fact(error.prediction).touched
