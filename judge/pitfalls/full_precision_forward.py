"""The forward pass runs in float32.

## What it does

Finds a matmul of the differentiated loss whose parameters are float32: never
cast, or cast and then promoted back. What is said of inputs and targets would
follow from it, and isn't said as well. Where an exercise asks for all of the
forward pass in bfloat16, it also finds a product of bfloat16 numbers that
comes out in float32, by `preferred_element_type`, and is never rounded.

## Why it is bad

Only the parameters' cast makes the step a mixed-precision one. Without it the
matmul is float32 and takes twice the memory, even for bfloat16 inputs; the
loss looks a little better, which is why it stays unnoticed.

```pycon
>>> layer = nnx.Linear(4, 2, rngs=nnx.Rngs(0))
>>> print(layer(jnp.ones((8, 4), jnp.bfloat16)).dtype)
float32
```

## What differs

```diff
 def mse(params, x, y):
-    pred = x.astype(jnp.bfloat16) @ params["w"] + params["b"]
+    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
+    pred = x.astype(jnp.bfloat16) @ half["w"] + half["b"]
     return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
```
"""

from collections.abc import Iterator, Sequence

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.flow.walk import Difference, ancestors
from judge.pitfalls import full_precision_loss
from judge.pitfalls.reading.blamed_line import blamed_call, blamed_cast
from judge.pitfalls.reading.calls import giving_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.matmuls import WHOLE, Matmul, matmuls
from judge.pitfalls.reading.promotions import account, widening
from judge.pitfalls.reading.written.missed import cast_to_full, missed_at, never_on, untrue_test

NAME = "full-precision-forward"
SEVERITY = Severity.ERROR
ASKED = "preferred_element_type"


def detect(clues: Clues) -> Iterator[Finding]:
    """Matmuls of the differentiated forward whose parameters are in full precision."""
    passes = clues.passes
    if passes is None:
        return
    found = list(matmuls(passes))
    right = [item.step for item in found if item.state == "cast"]
    for item in found:
        if item.differentiated and item.state == "full" and item.halves <= {clues.compute}:
            yield _of_parameters(clues, passes, item, right)
            return
    if full_precision_loss.NAME in clues.problem.pitfalls:
        return  # that one tells of a prediction in full precision
    wide = next((item for item in found if _stays_wide(clues, passes, item)), None)
    if wide is not None:
        lines = giving_lines(clues.text, ASKED, "float32")
        where = lines[0] if len(lines) == 1 else blamed_call(clues.text, wide.step, [])
        message = f"the product comes out in float32 here, and is never rounded to {clues.compute}"
        remedy = f"leave `{ASKED}` out, or round what it gives: `.astype(jnp.{clues.compute})`"
        yield clues.finding(NAME, where, message, remedy, about=wide.step)


def _of_parameters(clues: Clues, passes: TrainingStep, item: Matmul, right: Sequence[Step]) -> Finding:
    """The finding of a matmul whose parameters are in full precision."""
    layers = giving_lines(clues.text, "dtype", "float32", beside="rngs")
    if len(layers) == 1 and item.halves and _in_layer(item.product.step):
        message = f"the layer computes in float32 by this `dtype`, even with {clues.compute} numbers"
        return clues.finding(
            NAME, layers[0], message, f"write `dtype=jnp.{clues.compute}` there", about=item.step
        )
    back = widening(passes, item.product.parameter, "parameters")
    if back is not None and back.step.place.frames:
        return clues.finding(NAME, *account(clues, passes, back, "the parameters were"), about=back.shows_at)
    idle = _idle(clues, passes, item)
    if idle is not None:
        remedy = f"cast them to {clues.compute} there"
        return clues.finding(
            NAME,
            idle,
            "the parameters are cast to float32 here, and so is the matmul",
            remedy,
            about=item.step,
        )
    remedy = f"cast parameters, inputs and targets to {clues.compute}, and leave them so"
    line, told = _never_cast(clues, passes, item)
    if told is not None:
        return clues.finding(NAME, line, told, remedy, about=item.step)
    message = f"the differentiated matmul runs on float32 parameters, not on a {clues.compute} copy"
    if item.promoted:
        message = "the parameters are brought back to float32 here, and so is the matmul"
    return clues.finding(NAME, blamed_call(clues.text, item.step, right), message, remedy, about=item.step)


def _never_cast(clues: Clues, passes: TrainingStep, item: Matmul) -> tuple[int | None, str | None]:
    """Where it was decided that parameters aren't cast, and what to tell of it."""
    text, frames = clues.text, item.step.place.frames
    missed = missed_at(clues, passes, "parameters", item.step)
    if missed is not None:
        return missed, f"the float32 parameters are used here, and not what was cast to {clues.compute}"
    if not item.halves and (switch := never_on(text, clues.compute)) is not None:
        return switch, f"nothing is cast to {clues.compute} by this default, which no call changes"
    if not item.halves and (full := cast_to_full(text, frames)) is not None:
        return full, f"the casts take float32 from here, not {clues.compute}"
    if (test := untrue_test(clues, passes, frames)) is not None:
        return test, f"what casts to {clues.compute} never does: this is never true of the parameters"
    return None, None


def _idle(clues: Clues, passes: TrainingStep, item: Matmul) -> Frame | None:
    """Where the learner casts parameters, in the loss, to what they are already."""
    for step in passes.chain(item.product.parameter):
        before, after = passes.fact(step.operands[0]).dtype, passes.makes(step).dtype
        plain = step.op == "convert_element_type" and before == after in WHOLE and not _in_layer(step)
        if plain and passes.is_differentiated(step) and step.place.frames:
            frame = blamed_cast(clues, step, [])
            same = frame is None or clues.text.same_statement(frame.line, item.step.place.line or 0)
            return None if same else frame
    return None


def _in_layer(step: Step) -> bool:
    """Whether one of Flax's layers asked for a step."""
    return any(name.startswith("flax/") for name in step.place.api)


def _stays_wide(clues: Clues, passes: TrainingStep, item: Matmul) -> bool:
    """Whether a product of half-precision numbers comes out wider, and so does the prediction."""
    step = item.product.step
    if not item.differentiated or item.state != "cast" or passes.makes(step).dtype not in WHOLE:
        return False
    if item.halves != {clues.compute}:
        return False
    errors = [error for error in passes.errors if passes.is_differentiated(error.step)]
    return bool(errors) and all(_reaches(passes, step, error) for error in errors)


def _reaches(passes: TrainingStep, product: Step, error: Difference) -> bool:
    """Whether nothing is rounded on the way from a product to an error, nor the error right away."""
    before = ancestors(passes.program, [error.prediction])
    after = [step for step in passes.program.steps if error.step.results[0] in step.operands]
    way = [passes.program.steps[index] for index in before if index > product.index]
    return (
        product.index in before
        and passes.fact(error.prediction).dtype in WHOLE
        and not any(passes.rounds_to(step) for step in after)
        and not any(_rounded(passes, step) for step in way)
    )


def _rounded(passes: TrainingStep, step: Step) -> bool:
    """Whether a step gives data in half precision."""
    made = passes.makes(step)
    return bool(made.data) and (made.half or bool(passes.rounds_to(step)))
