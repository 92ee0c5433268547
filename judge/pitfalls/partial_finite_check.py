"""Only some of the gradients are asked whether they are finite.

## What it does

Finds steps that are done although gradients overflowed, because the loss was
asked whether it is finite, or one of several gradients, or because something
else was asked: for NaN only, for infinities only, of the first element, or
whether any element is finite. It also finds steps in which each parameter is
kept or moved by its own gradient's answer.

## Why it is bad

Loss and gradients overflow at different times, and so do a kernel's and a
bias's gradients. The scaled loss is a float32 number and nearly always
finite; its gradient is multiplied by inputs on the way, and float16 ends at
65504. A step in which only the bias overflows is as bad as any other.

```pycon
>>> w, x, scale = jnp.float16(0.5), jnp.float16(300), 1024.0
>>> loss = lambda w: (w * x).astype(jnp.float32) * scale
>>> value, grad = jax.value_and_grad(loss)(w)
>>> print(jnp.isfinite(value), jnp.isfinite(grad))
True False
```

## What differs

```diff
     loss, grads = nnx.value_and_grad(scaled)(model)
     grads = jax.tree.map(lambda g: g / loss_scale, grads)
-    finite = jnp.isfinite(loss)
+    finite = jnp.isfinite(optax.tree.norm(grads))
     sgd = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
     zero = jax.tree.map(jnp.zeros_like, grads)
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.program import Step
from judge.pitfalls.next_scale.checks import (
    asks_elsewhere,
    check_line,
    decides,
    half_asked,
    wrong_question,
)
from judge.pitfalls.next_scale.leaves import own_answer
from judge.pitfalls.next_scale.lines import lines_of
from judge.pitfalls.next_scale.looked_at import partly_asked
from judge.pitfalls.next_scale.slips.questions import loss_alone
from judge.pitfalls.next_scale.told import Told, left_out_by_loss, told
from judge.pitfalls.reading.clues import Clues

NAME = "partial-finite-check"
SEVERITY = Severity.ERROR
ALL = "ask every element of every gradient: `jnp.isfinite(g).all()`, and all of these together"
TOGETHER = "let one answer for all gradients decide about all parameters: `jnp.where(finite, new, old)`"


def detect(clues: Clues) -> Iterator[Finding]:
    """Overflows some of which are taken for good steps, or for which some parameters move."""
    found = told(clues, NAME) or _of_something_else(clues)
    part = _part(clues)
    if found is None:
        by_loss = left_out_by_loss(clues)
        asked_of_loss = loss_alone(lines_of(clues)) if by_loss else None
        if asked_of_loss is not None:
            message, kind = "the loss is asked here, and no gradient", EvidenceKind.NUMBERS
            yield clues.finding(NAME, asked_of_loss, message, ALL, evidence=kind, cases=by_loss)
        elif part is not None:
            yield clues.finding(NAME, part[0], part[1], ALL)
        return
    asked = wrong_question(clues) or (half_asked(clues) if found.some else None) or part
    where: Step | int | None
    if found.apart:
        where, message = (
            own_answer(clues),
            "this decides about one parameter alone, and others move without it",
        )
        if where is None:
            return
    elif asked is not None:
        where, message = asked
    else:
        where, message = check_line(clues), "what is looked at here can be finite when gradients aren't"
    remedy = TOGETHER if found.apart else ALL
    yield clues.finding(NAME, where, message, remedy, evidence=EvidenceKind.NUMBERS, cases=found.cases)


def _part(clues: Clues) -> tuple[Step, str] | None:
    """Where a part of a gradient is asked and the rest isn't, as far as JAX sees; NumPy may ask the rest."""
    part = None if clues.passes is None else partly_asked(clues.passes)
    return None if part is None or asks_elsewhere(clues) else part


def _of_something_else(clues: Clues) -> Told | None:
    """Overflows that are all taken for good steps although something is asked: of what is always finite."""
    found = told(clues, "unchecked-overflow")
    if found is None:
        return None
    return found if (found.missed and decides(clues)) or (found.some and half_asked(clues)) else None
