"""The master parameters are rounded to half precision.

## What it does

Finds updates that start from parameters which were rounded to half precision,
and parameters that are rounded after the update and kept. It follows values
and not the dtypes alone: `model.kernel[...] = bf16_values` leaves the dtype
float32, and rounds all the same.

## Why it is bad

bfloat16 keeps 8 significant bits: above 0.5 its numbers are 0.0039 apart. A
step of less than half of that disappears, each time anew. The float32 master
copy is there to collect such steps:

```pycon
>>> master, rounded = jnp.float32(0.5), jnp.bfloat16(0.5)
>>> for _ in range(100):
...     master, rounded = master + 0.001, rounded + 0.001
>>> print(f"{master:.3f} {rounded:.3f}")
0.600 0.500
```

## What differs

```diff
 class Model(nnx.Module):
     def __init__(self, n, m, rngs):
-        self.out = nnx.Linear(n, m, dtype=HALF, param_dtype=HALF, rngs=rngs)
+        self.out = nnx.Linear(n, m, dtype=HALF, rngs=rngs)

     def loss(self, x, y):
```
"""

import ast
from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.blamed_line import blamed_cast, blamed_use, casts_at, promotions_at, update_step
from judge.pitfalls.reading.calls import keyword_line
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.kept_casts import needless, stored, widens
from judge.pitfalls.reading.source import called, names_in
from judge.pitfalls.reading.updates import master_roundings
from judge.pitfalls.reading.written.origins import chosen_at

NAME = "master-downcast"
SEVERITY = Severity.ERROR
HELP = "keep the parameters in float32; cast a copy of them inside of the loss function only"

REBUILT = "keep the float32 masters as they are, and update those; the copy is for forward and backward only"


def detect(clues: Clues) -> Iterator[Finding]:
    """Updates that start from rounded masters, and masters that are rounded after the update."""
    passes = clues.passes
    if passes is None:
        return
    for step in master_roundings(clues, passes):
        yield _before(clues, passes, step)
        return
    for update in passes.updates:
        step = stored(clues, passes, update)
        kind = EvidenceKind.STATE
        if step is None:
            step, kind = needless(clues, passes, update), EvidenceKind.FLOW
        if step is not None:
            message = f"the updated parameters are rounded to {clues.compute} here, and kept like that"
            yield clues.finding(NAME, _frame(clues, passes, step), message, HELP, evidence=kind, about=step)
            return


def _before(clues: Clues, passes: TrainingStep, step: Step | None) -> Finding:
    back = None if step is None else _rebuilt(clues, passes, step)
    if back is not None:
        message = f"the masters take the rounded values of the {clues.compute} copy here"
        frame = blamed_cast(clues, back, promotions_at(passes, back))
        return clues.finding(NAME, _asked_by(clues, back, frame) or frame, message, REBUILT, about=back)
    if step is not None and _is_the_copy(clues, passes, step):
        message = f"the update is applied to the {clues.compute} copy of the parameters, not to the masters"
        return clues.finding(NAME, _adding(clues, passes, step), message, HELP)
    message = f"the update starts from parameters that are rounded to {clues.compute} here"
    where = None if step is None else _frame(clues, passes, step)
    return clues.finding(NAME, where, message, HELP, about=step)


def _adding(clues: Clues, passes: TrainingStep, cast: Step) -> Frame | None:
    """Where an increment is added to what a cast gives."""
    moving = [one for one in passes.gradients if one.update is not None]
    own = [one for one in moving if one.update and cast.index in passes.fact(one.update.base).rounded]
    moved = update_step(passes, own[0]) if own else update_step(passes)
    bases = [one.update.base for one in own[:1] or moving[:1] if one.update is not None]
    return None if moved is None else blamed_use(clues, moved, bases, [])


def _rebuilt(clues: Clues, passes: TrainingStep, cast: Step) -> Step | None:
    """Where masters are made from the compute copy: the copy's cast is right, and this takes its values.

    None where the cast takes the masters' place itself, or where the update adds to the copy.
    """
    if _is_all_that_is_left(clues, passes, cast) or _rebinds(clues, cast) or not _is_used(passes, cast):
        return None
    for update in passes.updates:
        if cast.index not in passes.fact(update.base).rounded:
            continue
        backs = [
            step for step in passes.chain(update.base) if step.index > cast.index and widens(passes, step)
        ]
        apart = [
            step for step in backs if not _with(clues, step, update.step) and not _with(clues, step, cast)
        ]
        if apart:
            return apart[-1]
    return None


def _is_all_that_is_left(clues: Clues, passes: TrainingStep, cast: Step) -> bool:
    """Whether a function returns what it casts of its own values, which nobody has any more otherwise."""
    if not cast.place.frames:
        return True
    text, line, source = clues.text, cast.place.line or 0, cast.operands[0]
    statement = text.statement(line)
    if not isinstance(statement, ast.Return) or names_in(statement) & text.parameters(line):
        return False
    kept = any(port.operand == source for port in passes.program.stored) or any(
        isinstance(item, ast.Name) for item in (_parts(statement.value) if statement.value else ())
    )
    return not kept and all(
        step.place.beside(cast.place) for step in passes.program.steps if source in step.operands
    )


def _rebinds(clues: Clues, cast: Step) -> bool:
    """Whether what a cast gives takes the place of what it is given, under its name or in its object."""
    lines = [frame.line for frame in cast.place.frames]
    return any(clues.text.rebinds(line) or clues.text.overwrites(line) for line in lines)


def _is_used(passes: TrainingStep, cast: Step) -> bool:
    """Whether a product of the differentiated forward runs on what this cast gives."""
    copies = [
        passes.fact(item.parameter)
        for item in passes.products
        if passes.is_differentiated(item.step) and passes.fact(item.parameter).half
    ]
    made = {passes.program.steps[index].place.frames for copy in copies for index in copy.rounded}
    return cast.place.frames in made


def _with(clues: Clues, one: Step, other: Step) -> bool:
    """Whether two steps are done by one statement, helpers and all."""
    ends = (one.place.frames[-1:], other.place.frames[-1:])
    return all(ends) and clues.text.same_statement(ends[0][0].line, ends[1][0].line)


def _frame(clues: Clues, passes: TrainingStep, step: Step) -> Frame | int | None:
    bases = {index for update in passes.updates for index in passes.fact(update.base).rounded}
    frame = blamed_cast(clues, step, casts_at(passes, step, bases))
    asked = _asked_by(clues, step, frame)
    return asked or (frame and (keyword_line(clues.text, frame.line, "param_dtype") or frame))


def _asked_by(clues: Clues, step: Step, frame: Frame | None) -> int | None:
    """The call, of those that run, which gave the dtype; a default is there for whoever wants a copy."""
    frames = step.place.frames
    chosen = None if frame is None else chosen_at(clues.text, frames, frames.index(frame))
    running = any(clues.text.same_statement(chosen, one.line) for one in frames) if chosen else False
    return chosen if running else None


def _is_the_copy(clues: Clues, passes: TrainingStep, cast: Step) -> bool:
    """Whether a cast makes the forward's copy, of masters that live on.

    Then the update is what went wrong.
    """
    if _is_all_that_is_left(clues, passes, cast) or _rebinds(clues, cast):
        return False
    forward = [item for item in passes.products if passes.is_differentiated(item.step)]
    copies = [
        [passes.program.steps[index] for index in passes.fact(item.parameter).rounded] for item in forward
    ]
    used = any(steps and all(step.place == cast.place for step in steps) for steps in copies)
    if not used and not _is_beside(passes, cast):
        return False
    stored = [passes.fact(port.operand) for port in passes.program.stored if port.operand is not None]
    if any(cast.index in fact.rounded for fact in stored):
        return False
    return any(_lives_on(clues, frame.line) for frame in cast.place.frames[-1:])


def _is_beside(passes: TrainingStep, cast: Step) -> bool:
    """Whether the differentiated forward uses the masters that a cast is of, and nothing that it gives."""
    forward = [item for item in passes.products if passes.is_differentiated(item.step)]
    facts = [passes.fact(item.parameter) for item in forward]
    given = {step.place for fact in facts for step in map(passes.program.steps.__getitem__, fact.rounded)}
    same = [step for step in passes.program.steps if step.place == cast.place and step.operands]
    roots = {root for step in same for root in passes.fact(step.operands[0]).roots}
    return cast.place not in given and any(roots & fact.roots for fact in facts)


def _parts(item: ast.expr) -> list[ast.expr]:
    """The elements of a tuple or list that is written out, or the expression itself."""
    return item.elts if isinstance(item, ast.Tuple | ast.List) else [item]


def _lives_on(clues: Clues, line: int) -> bool:
    """Whether a name that this statement reads, and doesn't assign, is read again later."""
    statement = clues.text.statement(line)
    if statement is None or not isinstance(statement, ast.Assign):
        return False
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    assigned = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    calls = [node for node in ast.walk(statement.value) if isinstance(node, ast.Call)]
    given = [part for call in calls for item in call.args for part in _parts(item)]
    given += [call.func.value for call in calls if called(call) == "astype" and hasattr(call.func, "value")]
    given += [node.iter for node in ast.walk(statement.value) if isinstance(node, ast.comprehension)]
    own = {
        item.arg for node in ast.walk(statement) if isinstance(node, ast.Lambda) for item in node.args.args
    }
    read = {item.id for item in given if isinstance(item, ast.Name)} - assigned - own
    later = [node for node in ast.walk(clues.text.tree) if isinstance(node, ast.Name) and node.id in read]
    return any(
        isinstance(node.ctx, ast.Load) and node.lineno > (statement.end_lineno or line) for node in later
    )
