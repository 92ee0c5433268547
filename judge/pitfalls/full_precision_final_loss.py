"""The returned loss is computed in float32.

## What it does

Finds a returned loss that is recomputed from float32 parameters, or whose
error or squares are float32 and never rounded back, while the differentiated
loss is in bfloat16. A number that passes and is no bfloat16 number is the same
mistake, seen from outside.

## Why it is bad

It is the loss of another model than the one that is trained and used. A
parameter changes by up to 0.4 % when it is cast, and near a minimum, where
errors are small differences, that is a lot:

```pycon
>>> w, x, y = jnp.float32(1.003), 2.0, 2.0
>>> single, half = w * x - y, w.astype(jnp.bfloat16) * x - y
>>> print(f"{single**2:.1e} {half**2:.1e}")
3.6e-05 0.0e+00
```

## What differs

```diff
     grads = jax.tree.map(lambda g: g / loss_scale, grad(model))
     optimizer.update(model, grads)
-    return jnp.mean((model(x) - y) ** 2).reshape(1)
+    return mse(model, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import blamed, blamed_call
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.matmuls import matmuls
from judge.pitfalls.reading.promotions import account, before_error, side
from judge.pitfalls.reading.return_lines import computed_at
from judge.pitfalls.reading.written.switches import switched_at

NAME = "full-precision-final-loss"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A returned loss from full-precision parameters.

    Or one that isn't representable in the compute dtype.
    """
    told = next(_by_flow(clues), None) or next(_by_numbers(clues), None)
    if told is not None:
        yield told


def _by_flow(clues: Clues) -> Iterator[Finding]:
    passes = clues.passes
    if passes is None or passes.returned is None:
        return
    remedy = f"evaluate the returned loss as the differentiated one: all of it in {clues.compute}"
    found = list(matmuls(passes))
    right = [item.product.step for item in found if item.differentiated]
    finals = [item for item in found if not item.differentiated]
    for item in finals:
        if item.state == "full" and item.halves <= {clues.compute}:
            message = "the returned loss is computed from float32 parameters"
            switched = switched_at(clues.text, item.step.place.frames, "float32") if right else None
            where = switched or blamed_call(clues.text, item.step, right)
            if switched is not None:
                message = "from here on nothing is cast any more: the returned loss has float32 parameters"
            yield clues.finding(NAME, where, message, remedy, about=item.step)
            return
    if any(item.state != "cast" for item in finals) or not finals:
        return
    returned = passes.fact(passes.returned)
    if returned.narrow or returned.touched - {clues.compute} or _uncast_targets(passes):
        return
    step = _first_wide(passes)
    told = [case.representable for case in clues.cases]
    if step is not None and (not told or not all(told)):
        error = next((item for item in passes.errors if item.step is step), None)
        back = None if error is None else before_error(passes, error)
        if back is not None and not _callers_choice(clues, passes, back[0].step):
            yield clues.finding(
                NAME, *account(clues, passes, back[0], side(clues, back[1])), about=back[0].shows_at
            )
            return
        what = clues.assigned(step.place.line, "this")
        message = f"{what} is computed in float32, so the returned loss is no {clues.compute} number"
        yield clues.finding(NAME, blamed(step, _right(passes, step)), message, remedy, about=step)


def _callers_choice(clues: Clues, passes: TrainingStep, step: Step) -> bool:
    """Whether the same function stays in the compute dtype when differentiated: then the call is wrong."""
    line = step.place.line
    if line is None or len(step.place.frames) == 1 or clues.text.casts_by_mode(line):
        return False
    function = clues.text.enclosing(line)
    return any(
        other.place.line is not None
        and other.place.phase != "backward"
        and clues.text.enclosing(other.place.line) is function
        for other in passes.program.steps
        if passes.is_differentiated(other) and other.results and passes.makes(other).half
    )


def _uncast_targets(passes: TrainingStep) -> bool:
    return any(not passes.fact(item.targets).touched for item in passes.errors if passes.is_final(item.step))


def _first_wide(passes: TrainingStep) -> Step | None:
    """Where the returned loss gets more bits than it was given, never to be rounded again."""
    found: dict[int, Step] = {}
    waiting = [passes.returned]
    while waiting:
        step = passes.program.maker(waiting.pop())
        if step is None or step.index in found or not passes.is_final(step):
            continue
        made = passes.makes(step)
        if not made.narrow and made.floating and made.data:
            found[step.index] = step
            waiting.extend(step.operands)
    for index in sorted(found):
        facts = [fact for fact in map(passes.fact, found[index].operands) if fact.floating and fact.data]
        if all(fact.narrow for fact in facts):
            return found[index]
    return None


def _right(passes: TrainingStep, step: Step) -> list[Step]:
    """Steps at the same line, in the differentiated forward, that stay in the compute dtype."""
    return [
        item
        for item in passes.program.steps
        if item.op == step.op
        and passes.is_differentiated(item)
        and item.results
        and passes.makes(item).narrow
    ]


def _by_numbers(clues: Clues) -> Iterator[Finding]:
    cases = [case.name for case in clues.cases if case.representable is False and (case.error or 0) <= 1]
    if cases:
        line = computed_at(clues.text, clues.problem.entry_point)
        message = (
            f"the returned loss is close enough, but is no {clues.problem.tolerance.representable_in} number"
        )
        remedy = f"compute the returned loss in {clues.compute} throughout, and cast the result"
        yield clues.finding(NAME, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=cases)
