"""The line of a call of whose result nothing is kept: it divides by the loss scale, or changes it."""

import ast
from collections.abc import Iterable

from judge.pitfalls.next_scale.bindings import Function, key_of, returned
from judge.pitfalls.next_scale.lines import Factor, Lines, lines_of
from judge.pitfalls.next_scale.words import SCALE
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called
from judge.pitfalls.reading.written.divisors import MAPPING


def dropped_division(clues: Clues) -> int | None:
    """`scaler.unscale_(grads)` by itself, where that gives new gradients: arrays stay as they are."""
    lines, known = lines_of(clues), dict[str, bool]()
    for statement in clues.text.statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call):
            continue
        mapped = call.args[0] if called(call) in MAPPING and call.args else None
        if isinstance(mapped, ast.Lambda) and _gives_quotients(lines, mapped):
            return statement.lineno
        name = called(call) if mapped is None else key_of(mapped)
        own = lines.words.bindings.functions.get(name, [])
        if name not in known:
            known[name] = any(_gives_quotients(lines, one) for one in own)
        if known[name]:
            return statement.lineno
    return None


def dropped_copy(lines: Lines, changes: Iterable[Factor] | None = None) -> int | None:
    """`replace(self, scale=self.scale / 2)` by itself: a record that can't be changed stays as it is.

    Or `self.halved()`, of a method that returns that.

    Args:
        changes: only where one of these stands in it; some that make the scale smaller if None.
    """
    known = dict[str, bool]()
    wanted = {change.node for change in (lines.reductions if changes is None else changes)}
    for node in lines.nodes:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and _replaces(lines, call):
            if changes is None or wanted & {*ast.walk(call)}:
                return call.lineno
        elif isinstance(call, ast.Call):
            name = called(call)
            if name not in known:
                own = lines.words.bindings.functions.get(name, [])
                gives = [one for one in own if _gives_copy(lines, one) or _gives_scale(lines, one)]
                known[name] = any(wanted & {*ast.walk(one)} for one in gives)
            if known[name]:
                return call.lineno
    return None


def _replaces(lines: Lines, call: ast.Call) -> bool:
    """Whether this makes a copy of a record with another scale in it."""
    if called(call) not in {"replace", "_replace"}:
        return False
    changed = [item.value for item in call.keywords if SCALE in lines.words.of(item.value)]
    return any(not isinstance(value, ast.Name | ast.Attribute) for value in changed)


def _gives_copy(lines: Lines, function: Function) -> bool:
    """Whether a function does nothing but return such a copy."""
    body = [] if isinstance(function, ast.Lambda) else function.body
    values = [function.body] if isinstance(function, ast.Lambda) else returned(function)
    plain = all(isinstance(item, ast.Return) or _is_text(item) for item in body)
    return plain and any(isinstance(value, ast.Call) and _replaces(lines, value) for value in values)


def _gives_scale(lines: Lines, function: Function) -> bool:
    """Whether a function returns a scale and stores nothing: whoever calls it has to keep what it gives."""
    nodes = list(ast.walk(function))
    values = [] if isinstance(function, ast.Lambda) else returned(function)
    outside = any(
        isinstance(node, ast.Global | ast.Nonlocal)
        or (isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store))
        for node in nodes
    )
    return bool(values) and not outside and all(lines.words.of(value) == {SCALE} for value in values)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _gives_quotients(lines: Lines, function: Function) -> bool:
    """Whether a function divides by the scale, but stores nothing: it returns that, or forgets it.

    What has no result, and changes what a list or an array holds, does so by a call or in place.
    """
    nodes = list(ast.walk(function))
    gives = isinstance(function, ast.Lambda) or any(
        isinstance(node, ast.Return) and node.value is not None for node in nodes
    )
    stores = any(
        isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store) for node in nodes
    )
    hands_on = any(isinstance(node, ast.Expr | ast.AugAssign | ast.Yield | ast.YieldFrom) for node in nodes)
    return (gives or not hands_on) and not stores and _divides(lines, nodes)


def _divides(lines: Lines, nodes: list[ast.AST]) -> bool:
    """Whether something else is divided by the scale, or multiplied by its inverse."""
    for node in nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult):
            one, other = (lines.words.of(side) for side in (node.left, node.right))
            inverse = isinstance(node.op, ast.Mult) and SCALE in one ^ other
            quotient = isinstance(node.op, ast.Div) and SCALE in other and SCALE not in one
            if (quotient or inverse) and lines.words.number(node.left) is None:
                return True
    return False
