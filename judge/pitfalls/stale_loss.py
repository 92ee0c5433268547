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

## What differs

```diff
     updates, _ = tx.update(grads, tx.init(params))
     params = optax.apply_updates(params, updates)
-    return (loss / loss_scale).reshape(1)
+    return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.lines import apart, is_loop_body
from judge.pitfalls.reading.returned_loss import is_held, is_old, is_stored, loss_steps
from judge.pitfalls.reading.source import arguments, names_in

NAME = "stale-loss"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned loss that doesn't depend on the update, which was stored or came later."""
    passes = clues.passes
    if passes is None or not passes.updates or not is_old(passes):
        return
    steps = loss_steps(passes)
    first_update = min(update.step.index for update in passes.updates)
    if not steps or (steps[0].index > first_update and not is_stored(passes) and not is_held(clues)):
        return
    where = (
        _frame(passes, steps)
        or _packed(clues, passes, steps[-1])
        or clues.text.last_return(clues.problem.entry_point)
    )
    message = "the returned loss was computed from the parameters as they were before the update"
    yield clues.finding(
        NAME,
        where,
        message,
        "compute the loss again with the updated parameters, and return that",
        about=passes.returned,
    )


def _frame(passes: TrainingStep, steps: list[Step]) -> Frame | None:
    """The line that evaluates the loss that is returned, in the function that does the update as well.

    None for the differentiated one, whose return is the mistake.
    """
    if any(step.place.phase == "forward" for step in steps):
        return None
    return apart(steps[-1], [min((update.step for update in passes.updates), key=lambda step: step.index)])


def _packed(clues: Clues, passes: TrainingStep, step: Step) -> int | None:
    """The line on which a helper that updates takes the differentiated loss for its result, beside others.

    None where the entry point does, or where it isn't one plain `return`. What a loop makes of the losses of
    its turns is another's decision, but where each part of the result has a line of its own.
    """
    updating = [frame.line for update in passes.updates for frame in update.step.place.frames]
    for frame in step.place.frames:
        around = clues.text.enclosing(frame.line)
        lines = [] if around is None else clues.text.return_lines(around)
        if around is None or around.name == clues.problem.entry_point or len(lines) != 1:
            continue
        if not any(around.lineno <= line <= (around.end_lineno or line) for line in updating):
            continue  # its caller may still do with it what is right
        names = _first_names(clues.text.statement(frame.line))
        elements = _elements(clues.text.statement(lines[0]))
        taken = [item.lineno for item in elements if names & names_in(item)]
        apiece = len({item.lineno for item in elements}) == len(elements)
        if len(taken) == 1 and len(elements) > 1 and (apiece or not is_loop_body(clues.text, around)):
            return taken[0]
    return None


def _first_names(statement: ast.stmt | None) -> set[str]:
    """What a statement calls the value of a loss, and what comes with it: `(value, loss), grads = ...`."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else None
    return names_in(first) if first is not None else set()


def _elements(statement: ast.stmt | None) -> list[ast.expr]:
    """What a `return` puts together: in a tuple, a list, a dict, or as the arguments of a call."""
    value = statement.value if isinstance(statement, ast.Return) else None
    if isinstance(value, ast.Tuple | ast.List):
        return value.elts
    if isinstance(value, ast.Dict):
        return value.values
    if isinstance(value, ast.Call):
        return arguments(value)
    return []
