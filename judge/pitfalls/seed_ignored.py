"""The parameters do not depend on the seed.

## What it does

Finds initial parameters that are the same for every `seed`.

## Why it is bad

Runs with several seeds tell how much of a result is luck. If the seed is
ignored they all agree, to the last bit, and tell nothing. Often it begins with
an error message: `nnx.Rngs` takes no float, so write `int(seed)`.

```pycon
>>> draw = lambda seed: float(jax.random.normal(jax.random.key(seed)))
>>> print(*(f"{draw(seed):.2f}" for seed in (1, 2, 3)))
-0.15 0.36 -1.45
>>> nnx.Rngs(3.0)
Traceback (most recent call last):
ValueError: Invalid rng value: 3.0, ...
```

## What differs

```diff
 def mixed_precision_step(seed, x, y, lr, loss_scale):
-    model = Model(x.shape[1], y.shape[1], nnx.Rngs(0))
+    model = Model(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
     sgd = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
     grad = nnx.grad(lambda m: m.loss(x, y).astype("float32") * loss_scale)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.facts import UNKNOWN, UPDATE
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.reading.blamed_line import asked_for
from judge.pitfalls.reading.calls import SEEDED, call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import Source, called, names_in
from judge.pitfalls.reading.written.left_out import defaults_made_by, leaving_out
from judge.pitfalls.reading.written.origins import MOST, Origins
from judge.pitfalls.reading.written.overridden import asked_in_vain, merged_over

NAME = "seed-ignored"
SEVERITY = Severity.ERROR
SEEDING = ("random_seed", "random_wrap", "random_fold_in", "random_split", "random_bits")


def detect(clues: Clues) -> Iterator[Finding]:
    """Initial parameters that no seed went into."""
    passes = clues.passes
    if passes is None:
        yield from _made_once(clues)
    if passes is None or not passes.program.aligned:
        return
    forward = [item for item in passes.products if passes.is_differentiated(item.step)]
    roots = {
        root
        for product in forward or passes.products
        for root in passes.fact(product.parameter).roots
        if UPDATE not in passes.fact(product.parameter).depends
    }
    if not roots or any({"seed", UNKNOWN} & passes.fact(root).depends for root in roots):
        return
    seed = clues.name("seed")
    step = _line(passes, roots)
    where: Frame | int | None = asked_for(clues.text, step.place.frames, SEEDED) if step is not None else None
    if step is not None and isinstance(where, Frame) and where != step.place.frames[0]:
        where = clues.text.made_before(where.line) or where  # a configuration that lacks the seed
    if step is not None:
        text, frames = clues.text, step.place.frames
        where = _within(clues, frames, where) or where
        lost = merged_over(text, seed) or asked_in_vain(text, {seed, "seed"})
        where = lost or leaving_out(text, frames[0].line, SEEDED) or where
    if where is None:
        where = next(iter(call_lines(clues.text, SEEDED)), None)
    message = f"the initial parameters are the same for every `{seed}`"
    remedy = f"make them from it: `rngs=nnx.Rngs(int({seed}))`"
    yield clues.finding(NAME, where, message, remedy, about=min(roots))


def _made_once(clues: Clues) -> Iterator[Finding]:
    """Of a program that can't be read: a generator that is made once, for all calls.

    JAX can't follow what it counts. It is the module's, or a default which the one call leaves out.
    """
    if clues.cases and not any((case.error or 0) > 1 for case in clues.cases):
        return  # whoever ignores the seed gets other numbers
    seed = clues.name("seed")
    line = _of_module(clues.text)
    message = f"what numbers are drawn from is made here, once for all calls, and doesn't know `{seed}`"
    remedy = f"make it in the step: `rngs=nnx.Rngs(int({seed}))`"
    if line is None:
        line = _leaving_out_generator(clues.text)
        message = f"this leaves out what numbers are drawn from, and its default doesn't know `{seed}`"
        remedy = f"give it: `rngs=nnx.Rngs(int({seed}))`"
    if line is not None:
        yield clues.finding(NAME, line, message, remedy, evidence=EvidenceKind.SOURCE)


def _leaving_out_generator(text: Source) -> int | None:
    """The one call that leaves out a generator, which is the default of a parameter."""
    for function in text.statements:
        made = defaults_made_by(function, SEEDED) if isinstance(function, ast.FunctionDef) else set()
        for statement in function.body if isinstance(function, ast.FunctionDef) and made else ():
            line = leaving_out(text, statement.lineno, SEEDED) if made & names_in(statement) else None
            if line is not None:
                return line
    return None


def _of_module(text: Source) -> int | None:
    """Where a module makes its only generator; what is made elsewhere, and dropped, is none."""
    dropped = {item.value for item in text.statements if isinstance(item, ast.Expr)}
    made = [call for call in text.calls if called(call) in SEEDED and call not in dropped]
    of_module = {item.value for item in text.tree.body if isinstance(item, ast.Assign)}
    return made[0].lineno if len(made) == 1 and made[0] in of_module else None


def _within(clues: Clues, frames: tuple[Frame, ...], called_at: Frame | int | None) -> Frame | int | None:
    """The line of the generator itself, where its caller gave the seed, or the table that it takes apart."""
    text, seed = clues.text, clues.name("seed")
    statement = text.statement(frames[0].line)
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
    makers = [call for call in calls if called(call) in SEEDED]
    origins = Origins(text=text, frames=frames)
    for item in (keyword.value for call in makers for keyword in call.keywords if keyword.arg is None):
        found = origins.of(origins.at(item, 0)).node if isinstance(item, ast.Name) else item
        if found is not item and isinstance(found, ast.Dict | ast.Call):
            return found.lineno
    if called_at in frames[1:]:
        used = [node for call in makers for node in ast.walk(call) if isinstance(node, ast.Name)]
        given = [origins.of(origins.at(node, 0)).node for node in used[:MOST]]
        return frames[0] if any(seed in names_in(node) for node in given) else None
    return None


def _line(passes: TrainingStep, roots: set[int]) -> Step | None:
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, list(roots)))]
    steps = [step for step in steps if step.place.frames]
    seeding = [step for step in steps if step.op in SEEDING]
    return next(iter([*seeding, *steps]), None)
