"""Where a text switches off, or to another dtype, what a function then does for all who call it."""

import ast
from collections.abc import Iterator, Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.calls import call_lines, is_cast
from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.bindings import argument, attribute_values, calls_of, how

MOST = 16  # attributes that are looked at, and values that one is given


def switched_at(text: Source, frames: Sequence[Frame], dtype: str) -> int | None:
    """The one line by which casts in the functions of these frames give another dtype, or none, from then on.

    It gives an attribute a value, or calls what does: `self.dtype = jnp.float32`, `self.train(False)`.
    """
    dtypes: set[str] = set()
    flags: set[tuple[str, bool]] = set()
    for function in {item for frame in frames for item in text.around(frame.line)[:1]}:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and is_cast(node):
                dtypes |= {item.attr for item in how(node) if isinstance(item, ast.Attribute)}
            elif isinstance(node, ast.If | ast.IfExp):
                flags |= _asked(node)
    lines = {line for name in sorted(dtypes)[:MOST] for line in _to(text, name, dtype)}
    lines |= {line for name, wanted in sorted(flags)[:MOST] for line in _off(text, name, wanted=wanted)}
    running = {frame.function for frame in frames}
    lines = {line for line in lines if _is_reached(text, line, running)}
    return lines.pop() if len(lines) == 1 else None


def _to(text: Source, name: str, dtype: str) -> list[int]:
    """Where an attribute that casts read is given this dtype, among others."""
    values = attribute_values(text, name)
    return [line for line, value in values if len(values) > 1 and getattr(value, "attr", None) == dtype]


def _asked(choice: ast.If | ast.IfExp) -> set[tuple[str, bool]]:
    """The attribute that decides whether to cast, and what it is where that is done."""
    test, wanted = choice.test, True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, wanted = test.operand, False
    body = choice.body if isinstance(choice.body, list) else [choice.body]
    otherwise = choice.orelse if isinstance(choice.orelse, list) else [choice.orelse]
    casts, others = (
        any(is_cast(node) for item in one for node in ast.walk(item)) for one in (body, otherwise)
    )
    return {(test.attr, wanted == casts)} if isinstance(test, ast.Attribute) and casts != others else set()


def _off(text: Source, name: str, *, wanted: bool) -> Iterator[int]:
    """Where the attribute that decides whether to cast is given the other value."""
    for line, value in attribute_values(text, name)[:MOST]:
        if isinstance(value, ast.Constant) and value.value is not wanted:
            yield line
        setter = next(iter(text.around(line)), None)
        if isinstance(value, ast.Name) and setter is not None:
            given = [(call, argument(call, setter, value.id)) for call in calls_of(text, setter, text.tree)]
            constant = [(call.lineno, item) for call, item in given if isinstance(item, ast.Constant)]
            yield from (at for at, item in constant if item.value is not wanted)


def _is_reached(text: Source, line: int, running: set[str]) -> bool:
    """Whether the function around a line is one of those that run, or is called anywhere."""
    around = text.enclosing(line)
    return around is None or around.name in running or bool(call_lines(text, {around.name}))
