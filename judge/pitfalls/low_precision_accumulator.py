"""The sum of the parts' gradients is kept in half precision.

## What it does

Finds gradients of several parts that are added in bfloat16, and sums, or
means, of them that are rounded to it before the update. JAX adds in bfloat16
by itself where all parts use one bfloat16 copy of the parameters and are
differentiated at once, in a loop or by `jax.vmap` over their losses: what
comes back to the copy is added there.

## Why it is bad

One gradient is precise enough in 8 bits, a sum isn't: each term below half the
gap to the next number is lost, and all of them in the same direction. Here the
first of eight parts has a gradient of 0.5, the others have 0.0018:

```pycon
>>> parts = [jnp.bfloat16(0.5)] + [jnp.bfloat16(0.0018)] * 7
>>> exact = sum(part.astype(jnp.float32) for part in parts)
>>> print(sum(parts), f"{exact:.4f}")
0.5 0.5126
```

## What differs

```diff
     parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
     grads = [jax.grad(mse)(half, *part) for part in parts]
-    total = [sum(g) for g in zip(*grads)]
+    total = [sum(a.astype(jnp.float32) for a in g) for g in zip(*grads)]
     params = [p - lr * (g / micro_batches) for p, g in zip(params, total)]
     return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.flow.walk import SUMS
from judge.pitfalls.reading.blamed_line import (
    blamed,
    blamed_cast,
    blamed_use,
    casts_at,
    one_of_several,
)
from judge.pitfalls.reading.calls import giving_lines, keyword_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.lines import apart
from judge.pitfalls.reading.parts.sums import half_sums
from judge.pitfalls.reading.updates import CASTS
from judge.pitfalls.reading.written.origins import bound_dtype, chosen_at
from judge.pitfalls.reading.written.shared import kept_for_all, mapped_over

NAME = "low-precision-accumulator"
SEVERITY = Severity.ERROR
REMEDY = "cast each gradient to float32 before it is added, and keep the sum in float32 up to the update"
ASKED = ("accumulator_dtype",)  # what optax calls it
APART = "take the gradient of each part by itself (`jax.vmap` of `jax.grad`), and add them in float32"
COPIES = "cast the parameters anew inside of each part's loss: then each gradient is cast before it is added"


def detect(clues: Clues) -> Iterator[Finding]:
    """Sums of gradients in the compute dtype, and casts of such sums."""
    passes = clues.passes
    if passes is None:
        return
    for gradient in passes.gradients:
        step = next(half_sums(clues, gradient), None)
        if step is None:
            continue
        if step.place.phase == "backward":
            yield _in_one_copy(clues, passes, step)
        elif step.op in CASTS and not passes.ends_a_sum(step):
            message = f"the sum of the gradients is rounded to {clues.compute} here"
            frame = _cast(clues, passes, step)
            yield clues.finding(NAME, _decided(clues, step, frame) or frame, message, REMEDY, about=step)
        else:
            message = f"the gradients of the parts are added in {clues.compute} here"
            frame = blamed_use(clues, step, step.operands, [])
            yield clues.finding(NAME, _decided(clues, step, frame) or frame, message, REMEDY, about=step)
        return


def _in_one_copy(clues: Clues, passes: TrainingStep, step: Step) -> Finding:
    """What comes back to one copy from all parts is added, one after the other or in one product."""
    copy = _copy(passes, step)
    mapped = None if step.op in SUMS else mapped_over(clues.text, step.place.frames)
    if mapped is not None:
        message = f"all parts are differentiated at once here, and their sum is rounded to {clues.compute}"
        return clues.finding(NAME, mapped, message, APART, about=step)
    if copy is step:
        message = f"the gradients of all parts are added in {clues.compute} as they come back to one copy"
        return clues.finding(NAME, blamed(copy, []), message, COPIES, about=step)
    message = f"all parts use the {clues.compute} copy that is made here: their gradients are added in it"
    where = kept_for_all(clues.text, copy, apart(copy, [step]))
    return clues.finding(NAME, where, message, COPIES, about=step)


def _copy(passes: TrainingStep, added: Step) -> Step:
    """The cast whose copy takes the cotangents: its transpose is the first that casts their sum."""
    made = set(added.results)
    for step in passes.program.steps[added.index + 1 :]:
        if made.isdisjoint(step.operands) or step.place.phase != "backward" or not step.results:
            continue
        if passes.fact(step.operands[0]).half and not passes.makes(step).half:
            return step
        made.update(step.results)
    return added


def _asked(clues: Clues, step: Step) -> int | None:
    """Where a library's sum was given its dtype."""
    library = any(name.startswith("optax/") for name in step.place.api)
    lines = [line for word in ASKED for line in keyword_lines(clues.text, word)] if library else []
    wide, half = (
        {line for word in ASKED for line in giving_lines(clues.text, word, dtype)}
        for dtype in ("float32", clues.compute)
    )
    return next((line for line in lines if line not in wide - half), None)


def _cast(clues: Clues, passes: TrainingStep, step: Step) -> Frame | None:
    own = [item.index for gradient in passes.gradients for item in gradient.region]
    return blamed_cast(clues, step, casts_at(passes, step, own))


def _decided(clues: Clues, step: Step, frame: Frame | None) -> int | None:
    """Where the dtype of a sum was decided on, where that isn't the line itself."""
    asked, frames = _asked(clues, step), step.place.frames
    if asked is not None or frame is None:
        return asked
    chosen = None
    if step.op in CASTS:
        chosen = chosen_at(clues.text, frames, frames.index(frame)) or one_of_several(
            clues.text, frames, clues.compute
        )
    return chosen or bound_dtype(clues.text, frame.line, clues.compute)
