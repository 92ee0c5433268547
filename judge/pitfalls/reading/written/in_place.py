"""Where NumPy writes into an array that there is: by `out=`, by `a /= b`, by `a[...] = b`.

Nothing of that leaves a step in a program. A line is told only where it is the one of its kind.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from judge.pitfalls.reading.calls import names_dtype
from judge.pitfalls.reading.parts.lines import in_loop
from judge.pitfalls.reading.source import CASTING, Source, arguments, called, names_in

DIVIDING = {"divide", "true_divide", "multiply"}
ADDING = {"add", "sum"}
MOVING = {"subtract", "add"}
WIDE = ("float32", "float64", "single", "double")
UNSCALE, GRADS = "low-precision-unscale", "low-precision-grads"


@dataclass(frozen=True, slots=True)
class Write:
    """One statement that writes into an array: which operation, on what, and whether by `out=`.

    Attributes:
        whole: `array[...] += value`, by which an array keeps its dtype for certain.
    """

    line: int
    name: str
    value: ast.AST
    out: bool
    whole: bool = False


def line_in_place(text: Source, pitfall: str, compute: str) -> int | None:
    """The one line on which NumPy makes a mistake in place; None where there is none, or several."""
    writes = list(_writes(text))
    match pitfall:
        case "low-precision-accumulator":
            found = [one for one in writes if one.out and one.name in ADDING]
            found = found or [one for one in writes if one.whole and one.name in ADDING]
        case "update-per-micro-batch":
            found = [one for one in writes if one.name in MOVING and in_loop(text, one.line)]
            found = [one for one in found if one.name == "subtract"] or found
        case "master-downcast":
            found = [one for one in writes if one.name == "copyto" and _casts(text, one.value, compute)]
        case "low-precision-unscale" | "low-precision-grads":
            found = [one for one in writes if one.name in DIVIDING]
        case _:
            found = []
    lines = {one.line for one in found}
    return lines.pop() if len(lines) == 1 else None


def taken_uncast(text: Source, name: str) -> int | None:
    """The one line on which NumPy takes an argument of this name as it is, in its own precision."""
    if not any(_imports_numpy(node) for node in text.statements):
        return None
    cast = {item for node in ast.walk(text.tree) if _is_cast(node) for item in ast.walk(node)}
    lines = {
        call.lineno
        for call in text.calls
        if called(call) in {"asarray", "array"} and len(arguments(call)) == 1 and call not in cast
        if getattr(call.args[0] if call.args else None, "id", None) == name
    }
    return lines.pop() if len(lines) == 1 else None


def _is_cast(node: ast.AST) -> bool:
    """Whether this is `value.astype(...)`."""
    return isinstance(node, ast.Call) and called(node) == "astype"


def divided_in_place(text: Source) -> str | None:
    """Which of two mistakes that give the same numbers it is that NumPy makes in place; None where unknown.

    A half precision array is divided in its own precision, unless one of the operands is a wider one: then
    the quotient is rounded as it is written.
    """
    found = [one for one in _writes(text) if one.name in DIVIDING]
    if len({one.line for one in found}) != 1:
        return None
    return (
        GRADS if any(names_dtype(text, item, wide) for item in _given(found[0]) for wide in WIDE) else UNSCALE
    )


def _given(write: Write) -> list[ast.expr]:
    """What is divided, and by what."""
    if write.out and isinstance(write.value, ast.Call):
        return write.value.args
    return [write.value] if isinstance(write.value, ast.expr) else []


def _writes(text: Source) -> Iterator[Write]:
    if not any(_imports_numpy(node) for node in text.statements):
        return
    operations = {ast.Div: "divide", ast.Mult: "multiply", ast.Sub: "subtract", ast.Add: "add"}
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and any(keyword.arg == "out" for keyword in node.keywords):
            yield Write(node.lineno, called(node), node, out=True)
        elif isinstance(node, ast.Call) and called(node) == "copyto" and len(node.args) > 1:
            yield Write(node.lineno, "copyto", node.args[1], out=False)
        elif isinstance(node, ast.AugAssign) and type(node.op) in operations and names_in(node.value):
            whole = _is_all(node.target)
            yield Write(node.lineno, operations[type(node.op)], node.value, out=False, whole=whole)
        elif isinstance(node, ast.Assign) and any(_is_all(target) for target in node.targets):
            yield Write(node.lineno, "copyto", node.value, out=False)


def _imports_numpy(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "numpy"
    return isinstance(node, ast.Import) and any(item.name == "numpy" for item in node.names)


def _is_all(target: ast.expr) -> bool:
    """`array[...]` or `array[:]`."""
    index = target.slice if isinstance(target, ast.Subscript) else None
    if isinstance(index, ast.Slice):
        return index.lower is index.upper is index.step is None
    return isinstance(index, ast.Constant) and index.value is ...


def _casts(text: Source, value: ast.AST, dtype: str) -> bool:
    calls = (node for node in ast.walk(value) if isinstance(node, ast.Call) and called(node) in CASTING)
    return any(names_dtype(text, call, dtype) for call in calls)
