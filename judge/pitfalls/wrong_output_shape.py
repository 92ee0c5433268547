"""The returned array has the wrong shape.

## What it does

Finds a returned array of another shape than the one that is asked for.

## Why it is bad

A mean has shape `()`, also where `(1,)` is asked for. Arithmetic hides the
difference by broadcasting, until it makes it worse: three losses of shape
`(1,)`, stacked and compared with three others, give nine numbers, not three.

```pycon
>>> losses = jnp.stack([jnp.ones(1), jnp.ones(1), jnp.ones(1)])
>>> print((losses - jnp.ones(3)).shape)
(3, 3)
```

## What differs

```diff
     grads = [g / loss_scale for g in grad(params)]
     params = [p - lr * g for p, g in zip(params, grads)]
-    return mse(params, x, y).astype(jnp.float32)
+    return mse(params, x, y).astype(jnp.float32).reshape(1)
```
"""

from collections.abc import Collection, Iterator

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.program import Frame
from judge.pitfalls.reading.clues import CaseClue, Clues
from judge.pitfalls.reading.returned_loss import where_made, where_returned
from judge.pitfalls.reading.source import called
from judge.problem.model import ArraySpec

NAME = "wrong-output-shape"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """Returned arrays of another shape than the expected one."""
    wrong = [
        (case, case.actual.shape, case.expected.shape)
        for case in sorted(clues.cases, key=lambda case: case.visibility == "hidden")
        if isinstance(case.actual, ArrayValue)
        and case.expected is not None
        and case.actual.shape != case.expected.shape
    ]
    if not wrong or not isinstance(clues.problem.returns, ArraySpec):
        return
    first, actual, expected = wrong[0]
    if first.visibility == "hidden":  # its numbers may be anything that stood in there
        message = f"this returns an array of another shape than {expected} in a hidden case"
    else:
        message = f"this returns an array of shape {actual}, not {expected}"
    remedy = f"reshape the result: `.reshape({', '.join(map(str, expected))})`"
    yield clues.finding(
        NAME,
        _where(clues, first, {shape for _, shape, _ in wrong}),
        message,
        remedy,
        evidence=EvidenceKind.NUMBERS,
        cases=[case.name for case, _, _ in wrong],
    )


def _where(clues: Clues, case: CaseClue, shapes: Collection[tuple[int, ...]]) -> Frame | int | None:
    """The line that gives one of these shapes, or the `return` that ran where another one was traced."""
    passes, text, name = clues.passes, clues.text, clues.problem.entry_point
    traced = None if passes is None or passes.whole is None else passes.fact(passes.whole).shape
    if traced not in shapes:
        return where_returned(clues, case)
    line = where_made(clues)
    right = isinstance(line, Frame) and (
        _is_differentiated(clues, line) or _is_mapped(clues, line)
    )  # differentiated: which takes one number
    return text.last_return(name) if right else line


def _is_mapped(clues: Clues, frame: Frame) -> bool:
    """Whether `vmap` of the function around a line adds an axis to what that gives, which may be right."""
    around = clues.text.enclosing(frame.line)
    if around is None or around.name == clues.problem.entry_point:
        return False
    mapped = [call for call in clues.text.calls if called(call) == "vmap" and call.args]
    return any(getattr(call.args[0], "id", None) == around.name for call in mapped)


def _is_differentiated(clues: Clues, frame: Frame) -> bool:
    """Whether the differentiated forward has steps at this line, too."""
    passes = clues.passes
    if passes is None:
        return False
    return any(
        (own.line, own.function) == (frame.line, frame.function)
        for index in passes.differentiated
        for own in passes.program.steps[index].place.frames[:1]
    )
