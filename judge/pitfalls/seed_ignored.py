"""The parameters do not depend on the seed.

## What it does

Finds initial parameters that are the same for every `seed`.

## Why it is bad

A fixed seed makes every run the same run: what looks like a stable result is one sample.

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
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(0))
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
from judge.flow.facts import UNKNOWN, UPDATE
from judge.flow.passes import Passes
from judge.flow.program import Frame, Step
from judge.flow.walk import ancestors
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import asked_for

NAME = "seed-ignored"
SEVERITY = Severity.ERROR
SEEDING = ("random_seed", "random_wrap", "random_fold_in", "random_split", "random_bits")
MAKERS = {"Rngs", "PRNGKey", "key", "default_rng", "RandomState", "seed"}


def detect(clues: Clues) -> Iterator[Finding]:
    """Initial parameters that no seed went into."""
    passes = clues.passes
    if passes is None or not passes.program.aligned:
        return
    roots = {
        root
        for product in passes.products
        for root in passes.fact(product.parameter).roots
        if UPDATE not in passes.fact(product.parameter).depends
    }
    if not roots or any({"seed", UNKNOWN} & passes.fact(root).depends for root in roots):
        return
    seed = clues.name("seed")
    step = _line(passes, roots)
    where: Frame | int | None = asked_for(clues.text, step.place.frames, MAKERS) if step is not None else None
    if where is None:
        where = next(iter(clues.text.call_lines(MAKERS)), None)
    message = f"the initial parameters are the same for every `{seed}`"
    yield clues.finding(NAME, where, message, f"make them from it: `rngs=nnx.Rngs(int({seed}))`")


def _line(passes: Passes, roots: set[int]) -> Step | None:
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, list(roots)))]
    steps = [step for step in steps if step.place.frames]
    seeding = [step for step in steps if step.op in SEEDING]
    return next(iter([*seeding, *steps]), None)
