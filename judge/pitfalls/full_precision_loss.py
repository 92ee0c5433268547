"""The error of the differentiated loss is computed in float32.

## What it does

Finds an error, or its squares, that the differentiated loss computes in
float32 from a bfloat16 prediction and bfloat16 targets.

## Why it is bad

The recipe of this exercise stays in bfloat16 up to the mean. Error and squares
are as large as the model's output, and so is what the backward pass keeps of
them: for 4096 tokens and 32000 words 262 MB in bfloat16 and 524 MB in float32.
Many real training loops spend that on purpose, for a more exact loss, so this
is no error.

```pycon
>>> 4096 * 32000 * jnp.dtype("bfloat16").itemsize
262144000
```

## What differs

```diff
     half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
     pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
-    error = (pred - y.astype(jnp.bfloat16)).astype(jnp.float32)
-    return jnp.mean(error**2).astype(jnp.bfloat16)
+    error = pred - y.astype(jnp.bfloat16)
+    return jnp.mean(error**2)
```
"""

from collections.abc import Iterator, Mapping, Sequence

from judge.finding import Finding, Severity
from judge.flow.program import Step
from judge.flow.training_step import MOVES, TrainingStep, users_of
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.matmuls import WHOLE, matmuls
from judge.pitfalls.reading.promotions import account, before_error, before_square, side

NAME = "full-precision-loss"
SEVERITY = Severity.WARNING
BEFORE_ROUNDING = 8  # steps: a mean's division and some reshapes


def detect(clues: Clues) -> Iterator[Finding]:
    """Error or squares of the differentiated loss in full precision.

    Prediction and targets having been cast.
    """
    passes = clues.passes
    if passes is None or any(item.differentiated and item.state != "cast" for item in matmuls(passes)):
        return
    cast = [
        item
        for item in passes.errors
        if passes.fact(item.targets).touched and passes.fact(item.prediction).touched
    ]
    if len(cast) != len(passes.errors):
        return
    if any(passes.makes(item.step).touched - {clues.compute} for item in cast):
        return  # the other half precision is what promotes
    users = users_of(filter(passes.is_differentiated, passes.program.steps))
    squares = [step for step in passes.squares if not _accumulates(passes, step, users)]
    steps = [item.step for item in cast] + squares
    for step in sorted(steps, key=lambda item: item.index):
        if passes.is_differentiated(step) and passes.makes(step).dtype in WHOLE:
            error = next((item for item in cast if item.step is step), None)
            back = before_square(passes, step) if error is None else before_error(passes, error)
            if back is not None:
                what = "the sides of the error were" if error is None else side(clues, back[1])
                yield clues.finding(
                    NAME,
                    *account(clues, passes, back[0], what, of_error=True),
                    severity=SEVERITY,
                    about=back[0].shows_at,
                )
                return
            squared = all(item.step is not step for item in cast)
            what = clues.assigned(step.place.line, "the squared error" if squared else "the error")
            message = (
                f"{what} is computed in float32 from a {clues.compute} prediction and {clues.compute} targets"
            )
            remedy = (
                f"let error and squares stay in {clues.compute}; cast the mean to float32 before you scale it"
            )
            yield clues.finding(NAME, step, message, remedy, severity=SEVERITY)
            return


def _accumulates(passes: TrainingStep, step: Step, users: Mapping[int, Sequence[Step]]) -> bool:
    """Whether a dot of half-precision errors adds up in float32, as hardware does, and is rounded then.

    So does `jnp.mean`; a sum that stays in float32 is one that the loss goes on with.
    """
    if step.op != "dot_general" or not all(passes.fact(operand).half for operand in step.operands[:2]):
        return False
    for _ in range(BEFORE_ROUNDING):
        after = users.get(step.results[0], ())
        if len(after) != 1:
            return False
        step = after[0]
        if passes.rounds_to(step):
            return True
        if step.op not in {"div", "mul"} | MOVES:
            return False
    return False
