"""The gradients are clipped, or bent otherwise, before they are unscaled.

## What it does

Finds gradients that are still multiplied by `loss_scale` when they go through
something that isn't linear in them: a norm, a clip, a sign, the second moment
of Adam or RMSprop. Whether they are finite may be asked at any time, and
`clip(g, -c * loss_scale, c * loss_scale)` scales along.

## Why it is bad

Dividing takes a factor out again only of what passes factors on. A limit of
1 for gradients that are 1024 times larger is a limit of 1 / 1024, and the
step is far too short, the more so the larger the scale:

```pycon
>>> grads, scale = jnp.array([0.3, 0.4]), 1024.0
>>> clip = lambda g: g * jnp.minimum(1, 1 / jnp.linalg.norm(g))
>>> print(clip(grads), clip(grads * scale) / scale)
[0.3 0.4] [0.00058594 0.00078125]
```

## What differs

```diff
     loss = lambda p: mse(p, x, y).astype("float32") * loss_scale
     grads = jax.grad(loss)(params)
-    grads = clip(grads)
     inverse = 1 / loss_scale
     grads = [g * inverse for g in grads]
+    grads = clip(grads)
     params = [p - lr * g for p, g in zip(params, grads)]
     return mse(params, x, y).astype("float32").reshape(1)
```
"""

import ast
from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.program import Frame, Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.told import told
from judge.pitfalls.reading.blamed_line import element_line
from judge.pitfalls.reading.calls import INNER, is_called, rule_line
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.nonlinear import CURVES, LIMITS, POWERS, STAIRS, Bends, blamed_bend
from judge.pitfalls.reading.source import Source, called

NAME = "clipped-scaled-grads"
SEVERITY = Severity.ERROR
BENDING = {
    "clip",
    "minimum",
    "maximum",
    "where",
    "sign",
    "norm",
    "global_norm",
    "sqrt",
    "rsqrt",
    "tanh",
    "vdot",
}


def detect(clues: Clues) -> Iterator[Finding]:
    """Steps that aren't linear in scaled gradients, and that dividing afterwards doesn't make good."""
    passes = clues.passes
    if passes is None:
        return
    scale = clues.name("loss_scale")
    found = _first_bend(passes, Bends(passes))
    if found is not None:
        remedy = f"divide the gradients by `{scale}` before this: afterwards it comes too late"
        yield _finding(clues, passes, *found, "", remedy)
        return
    hidden = told(clues, NAME) is not None  # overflows that are taken for good steps
    found = _first_bend(passes, Bends(passes, formats=True)) if hidden else None
    if found is not None:
        why = ": infinities become numbers, and nobody sees the overflow"
        yield _finding(clues, passes, *found, why, "ask what is finite before anything is done to gradients")


def _first_bend(passes: TrainingStep, bends: Bends) -> tuple[Gradient, Step] | None:
    found = ((gradient, bends.of(gradient)) for gradient in passes.gradients)
    return next(((gradient, bend) for gradient, bend in found if bend is not None), None)


def _finding(  # noqa: PLR0917 - all that is told
    clues: Clues, passes: TrainingStep, gradient: Gradient, bend: Step, why: str, remedy: str
) -> Finding:
    message = f"{_done(bend.op)} here while they are still multiplied by `{clues.name('loss_scale')}`{why}"
    made = element_line(clues.text, bend) or rule_line(clues.text, bend, _bends)
    frame = blamed_bend(passes, gradient, bend)
    where = made or _handed_over(clues.text, bend, frame) or frame
    return clues.finding(NAME, where, message, remedy, about=bend)


def _handed_over(text: Source, bend: Step, blamed: Frame | None) -> Frame | int | None:
    """For a function that isn't named where it is called from: where it is named, or else its own line.

    As a method that is called by what its name is (`getattr(callback, "on_after_backward")`).
    """
    frames = bend.place.frames
    for index in range(frames.index(blamed) if blamed in frames else 0, 0, -1):
        own, caller = frames[index - 1], frames[index]
        if own.function not in INNER and not is_called(text, own, caller):
            named = (node for node in ast.walk(text.tree) if isinstance(node, ast.Name | ast.Attribute))
            lines = {node.lineno for node in named if key_of(node).strip(".") == own.function}
            return lines.pop() if len(lines) == 1 else own
    return None


def _done(operation: str) -> str:
    """What happens to the gradients, in words."""
    if operation in LIMITS | {"select_n", "convert_element_type"}:
        return "the gradients are clipped"
    if operation in STAIRS:
        return "the gradients lose their size"
    if operation in CURVES:
        return f"the gradients go through `{operation}`"
    if operation in POWERS | {"mul", "dot_general"}:
        return "the norm or squares of the gradients are taken"
    return "the gradients go through what isn't linear in them"


def _bends(node: ast.AST) -> bool:
    """Whether this is a call that does one of these."""
    return isinstance(node, ast.Call) and called(node) in BENDING
