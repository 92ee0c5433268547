"""Where a text switches off, or to another dtype, what a function then does for all who call it."""

import ast
from collections.abc import Iterator, Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.calls import call_lines, is_cast
from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.bindings import argument, attribute_values, calls_of, how


def switched_at(text: Source, frames: Sequence[Frame], dtype: str) -> int | None:
    """The one line by which casts in the functions of these frames give another dtype, or none, from then on.

    It gives an attribute a value, or calls what does: `self.dtype = jnp.float32`, `self.train(False)`.
    """
    lines: set[int] = set()
    for function in {item for frame in frames for item in text.around(frame.line)[:1]}:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and is_cast(node):
                for item in how(node):
                    lines.update(_to(text, item, dtype))
            elif isinstance(node, ast.If | ast.IfExp):
                lines.update(_off(text, node))
    lines = {line for line in lines if _is_reached(text, line)}
    return lines.pop() if len(lines) == 1 else None


def _to(text: Source, chosen: ast.expr, dtype: str) -> Iterator[int]:
    """Where the attribute that a cast reads is given this dtype, among others."""
    values = attribute_values(text, chosen.attr) if isinstance(chosen, ast.Attribute) else []
    if len(values) > 1:
        yield from (line for line, value in values if getattr(value, "attr", None) == dtype)


def _off(text: Source, choice: ast.If | ast.IfExp) -> Iterator[int]:
    """Where the attribute that decides whether to cast is given what it doesn't cast by."""
    test, wanted = choice.test, True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, wanted = test.operand, False
    body = choice.body if isinstance(choice.body, list) else [choice.body]
    otherwise = choice.orelse if isinstance(choice.orelse, list) else [choice.orelse]
    casts, others = (
        any(is_cast(node) for item in one for node in ast.walk(item)) for one in (body, otherwise)
    )
    if not isinstance(test, ast.Attribute) or casts == others:
        return
    wanted = wanted == casts
    for line, value in attribute_values(text, test.attr):
        if isinstance(value, ast.Constant) and value.value is not wanted:
            yield line
        setter = next(iter(text.around(line)), None)
        if isinstance(value, ast.Name) and setter is not None:
            given = ((call, argument(call, setter, value.id)) for call in calls_of(text, setter, text.tree))
            yield from (
                call.lineno
                for call, item in given
                if isinstance(item, ast.Constant) and item.value is not wanted
            )


def _is_reached(text: Source, line: int) -> bool:
    """Whether the function around a line is called anywhere."""
    around = text.around(line)
    return not around or bool(call_lines(text, {around[0].name}))
