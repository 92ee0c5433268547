"""The returned array has the wrong dtype.

## What it does

Finds a returned array of another dtype than the one that is asked for.

## Why it is bad

The loss is computed in bfloat16 and reported in float32, so that whoever
collects it can go on calculating. A sum of bfloat16 losses of 1.0 is stuck at
256, where the next number is 258:

```pycon
>>> total = jnp.bfloat16(0.0)
>>> for _ in range(1000):
...     total = total + jnp.bfloat16(1.0)
>>> print(total, total + jnp.bfloat16(2.0))
256 258
```

## What differs

```diff
     updates, _ = tx.update(grads, tx.init(params))
     nnx.update(model, optax.apply_updates(params, updates))
-    return mse(model, x, y).reshape(1)
+    return mse(model, x, y).astype("float32").reshape(1)
```
"""

import ast
from collections.abc import Collection, Iterator
from itertools import pairwise

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.program import Frame
from judge.pitfalls.reading.calls import is_cast, names_dtype
from judge.pitfalls.reading.clues import CaseClue, Clues
from judge.pitfalls.reading.returned_loss import where_made, where_returned
from judge.pitfalls.reading.source import Source, called, own_nodes
from judge.pitfalls.reading.written.bindings import how, parameters
from judge.pitfalls.reading.written.origins import MOST, Origins
from judge.problem.model import ArraySpec

NAME = "wrong-output-dtype"
SEVERITY = Severity.ERROR
MAKERS = {"array", "asarray", "full", "stack", "astype", "atleast_1d", "float64"}


def detect(clues: Clues) -> Iterator[Finding]:
    """Returned arrays of another dtype than the declared one."""
    returns = clues.problem.returns
    if not isinstance(returns, ArraySpec):
        return
    wrong = [
        (case, case.actual.dtype)
        for case in sorted(clues.cases, key=lambda case: case.visibility == "hidden")
        if isinstance(case.actual, ArrayValue) and case.actual.dtype != returns.dtype
    ]
    if wrong:
        line = _where(clues, wrong[0][0], {dtype for _, dtype in wrong})
        hidden = wrong[0][0].visibility == "hidden"  # what stands there could tell its data
        message = (
            f"this returns another dtype than {returns.dtype} in a hidden case"
            if hidden
            else f"this returns {wrong[0][1]}, not {returns.dtype}"
        )
        remedy = f"cast the result: `.astype(jnp.{returns.dtype})`"
        names = [case.name for case, _ in wrong]
        yield clues.finding(NAME, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=names)


def _where(clues: Clues, case: CaseClue, dtypes: Collection[str]) -> Frame | int | None:
    """The line that gives one of these dtypes, or the `return` that ran where another one was traced."""
    passes = clues.passes
    traced = None if passes is None or passes.whole is None else passes.fact(passes.whole).dtype
    if traced in dtypes:
        made = where_made(clues)
        return (_asked_by(clues, made, str(traced)) if isinstance(made, Frame) else None) or made
    line = where_returned(clues, case)
    return None if line is None else (_in_helper(clues.text, line) or line)


def _asked_by(clues: Clues, made: Frame, dtype: str) -> int | None:
    """Where a helper that casts to its parameter was given this dtype, or none where its default is None."""
    text, passes = clues.text, clues.passes
    step = None if passes is None else passes.program.maker(passes.whole)
    frames, helper = () if step is None else step.place.frames, text.enclosing(made.line)
    if helper is None or made not in frames[:1]:
        return None
    given = [
        item
        for node in own_nodes(helper)
        if isinstance(node, ast.Call) and is_cast(node)
        for item in how(node)
    ]
    given = [item for item in given if getattr(item, "id", None) in parameters(helper)]
    origins, lines = Origins(text=text, frames=frames), set()
    for found in (origins.of(origins.at(item, 0)).node for item in given[:MOST]):
        if isinstance(found, ast.Constant) and found.value is None:
            lines |= {call.line for one, call in pairwise(frames) if _is_default(text, one.line, found)}
        elif found not in given and names_dtype(text, found, dtype):
            lines.add(found.lineno)
    return lines.pop() if len(lines) == 1 else None


def _is_default(text: Source, line: int, value: ast.expr) -> bool:
    """Whether the function around a line has this default."""
    function = text.enclosing(line)
    return function is not None and value in (*function.args.defaults, *function.args.kw_defaults)


def _in_helper(text: Source, line: int) -> int | None:
    """Where the one function that a line returns the result of makes an array of something."""
    statement = text.statement(line)
    value = statement.value if isinstance(statement, ast.Return) else None
    name = called(value) if isinstance(value, ast.Call) else ""
    helpers = [node for node in text.statements if isinstance(node, ast.FunctionDef) and node.name == name]
    lines = text.return_lines(helpers[0]) if len(helpers) == 1 else []
    made = text.statement(lines[0]) if len(lines) == 1 else None
    call = made.value if isinstance(made, ast.Return) else None
    return lines[0] if isinstance(call, ast.Call) and called(call) in MAKERS else None
