"""The update is computed and goes nowhere.

## What it does

Finds updates, or new parameters, that neither a model nor the returned loss
uses; and updates that are nothing, as what hands them on waits for more
gradients than there are.

## Why it is bad

JAX arrays are never changed in place: arithmetic and `optax.apply_updates`
give new ones, and the old stay as they were. If nobody keeps the new ones,
nothing has been learned:

```pycon
>>> w = jnp.array([1.0])
>>> print(optax.apply_updates(w, jnp.array([-0.25])), w)
[0.75] [1.]
```

## What differs

```diff
     params, tx = nnx.state(model, nnx.Param), optax.sgd(lr)
     updates, _ = tx.update(grads, tx.init(params))
-    optax.apply_updates(params, updates)
+    nnx.update(model, optax.apply_updates(params, updates))
     return mse(model, x, y).astype("float32").reshape(1)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import update_step
from judge.pitfalls.reading.calls import call_lines, dropped_call
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.batch import batch_of
from judge.pitfalls.reading.parts.lines import apart
from judge.pitfalls.reading.parts.overwritten import is_kept_back
from judge.pitfalls.reading.returned_loss import is_held, is_old, is_stored, loss_steps
from judge.pitfalls.reading.source import Source, names_in
from judge.pitfalls.reading.written.rebound import rebound

NAME = "update-discarded"
SEVERITY = Severity.ERROR
WAITING = {"MultiSteps", "apply_every"}
CLONING = {"clone", "deepcopy"}


def detect(clues: Clues) -> Iterator[Finding]:
    """Gradients or updates that no returned loss and no model depends on."""
    passes = clues.passes
    if passes is None or not passes.gradients:
        return
    batch = batch_of(clues)
    if batch is not None and is_kept_back(batch):
        message = "the parameters never move: the update waits for more gradients than there are"
        remedy = "wait for as many gradients as there are parts"
        yield clues.finding(
            NAME, _waiting(clues, passes), message, remedy, about=passes.gradients[0].increment
        )
        return
    if not is_old(passes):
        return
    if passes.updates:
        steps = loss_steps(passes)
        first_update = min(update.step.index for update in passes.updates)
        if is_stored(passes) or is_held(clues) or not steps or steps[0].index < first_update:
            return  # that is a stale loss
    step = update_step(passes)
    if step is None:
        step = passes.program.maker(passes.gradients[0].raw[0])
    message = "the update that is computed here goes nowhere: neither a model nor the returned loss uses it"
    remedy = "store the new parameters, and compute the returned loss from them"
    cloned = None if step is None else _of_another_model(clues, passes, step)
    if cloned is not None:
        message = "the loss is that of a model that never moves: the one that is updated is a clone of it"
        yield clues.finding(NAME, cloned, message, "update, and evaluate, the same model", about=step)
        return
    frames = () if step is None else step.place.frames
    yield clues.finding(
        NAME,
        rebound(clues.text, frames)
        or dropped_call(clues.text, frames)
        or _left_lying(clues, passes, step)
        or step,
        message,
        remedy,
        about=step,
    )


def _left_lying(clues: Clues, passes: TrainingStep, step: Step | None) -> Frame | None:
    """Where a helper gives new parameters to the function that evaluates the loss without them.

    None where the helper keeps them to itself, or where there is none.
    """
    evaluated = loss_steps(passes)[-1:]
    outer = None if step is None or not evaluated else apart(step, evaluated)
    if step is None or outer is None:
        return None
    inner = step.place.frames[: step.place.frames.index(outer)]
    return outer if all(_gives_back(clues.text, frame.line) for frame in inner) else None


def _gives_back(text: Source, line: int) -> bool:
    """Whether the function that a line is in returns what the line makes, there or by its name."""
    statement, around = text.statement(line), text.enclosing(line)
    if isinstance(statement, ast.Return):
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    given = [text.statement(at) for at in text.return_lines(around)] if around is not None else []
    return bool(names_in(ast.Tuple(targets)) & {name for item in given if item for name in names_in(item)})


def _waiting(clues: Clues, passes: TrainingStep) -> Frame | int | None:
    """Where that was made which hands on nothing, if it is the one such call, or else the update."""
    lines = call_lines(clues.text, WAITING)
    step = update_step(passes)
    library = any(
        name.startswith("optax/")
        for gradient in passes.gradients
        for item in gradient.region
        for name in item.place.api
    )
    if library and len(lines) == 1:
        return lines[0]
    return None if step is None else next(iter(step.place.frames), None)


def _of_another_model(clues: Clues, passes: TrainingStep, step: Step) -> Frame | None:
    """Where the loss of a model is evaluated of which a clone was updated by a flax optimizer, in a helper.

    The helper is right by itself. None where the function that updates evaluates it, or makes the clone.
    """
    by_flax = any(name.startswith("flax/") and "update" in name for name in step.place.api)
    steps = loss_steps(passes)
    clones = call_lines(clues.text, CLONING)
    around = clues.text.enclosing(step.place.frames[0].line) if step.place.frames else None
    if not by_flax or not steps or not clones or any(clues.text.enclosing(line) is around for line in clones):
        return None
    if apart(step, [steps[-1]]) == step.place.frames[0]:
        return None
    return apart(steps[-1], [step])
