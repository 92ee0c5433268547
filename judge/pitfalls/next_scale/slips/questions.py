"""Questions that are asked of all gradients, and whose answers say less than they seem to."""

import ast
from itertools import islice

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines
from judge.pitfalls.next_scale.words import ASKING, DATA, GRADIENTS, compares, inside
from judge.pitfalls.reading.source import called

LARGEST = {"max", "amax", "nanmax", "fmax", "maximum"}
SIZES = {"abs", "absolute", "fabs", "norm", "global_norm", "square", "max_norm"}
REDUCING = {"max", "amax", "nanmax"}
SMALLEST = {"min", "amin", "nanmin"}
ONE_SIDE = "this takes the largest element, and minus infinity passes"
A_ROW = "this looks at a part of a gradient, and the other elements pass"
MOST = 32  # comparisons that are looked at, and expressions that each is followed through


def overwritten(lines: Lines) -> tuple[int, str] | None:
    """Where each answer in a loop takes the place of the one before, or the first one ends it."""
    for loop in lines.nodes:
        if not isinstance(loop, ast.For):
            continue
        nodes = list(inside(loop.body))
        read = {key_of(node) for node in nodes if isinstance(getattr(node, "ctx", None), ast.Load)}
        ends = any(isinstance(node, ast.Break | ast.Return) for node in nodes)
        asked = False
        for item in loop.body:
            if isinstance(item, ast.If) and lines.is_question(item.test):
                asked = asked or any(isinstance(part, ast.Return) for part in item.body)
            answer = item.value if isinstance(item, ast.Return) else None
            if answer is not None and (asked or lines.is_question(answer)):
                return item.lineno, "this ends at the first gradient, and the others pass"
            kept = {key_of(target) for target in item.targets} if isinstance(item, ast.Assign) else {""}
            asks = isinstance(item, ast.Assign) and lines.is_question(item.value)
            if asks and not ends and "" not in kept and not kept & read:
                return item.lineno, "each answer takes the place of the one before, and the last one decides"
    return None


def one_sided(lines: Lines) -> tuple[int, str] | None:
    """Where the largest element is what is compared with infinity, and minus infinity passes."""
    for node in islice(filter(compares, lines.nodes), MOST):
        calls = [one for one in _behind(lines, node) if isinstance(one, ast.Call)]
        names = {called(one) for one in calls}
        if names & LARGEST and not names & SIZES:
            largest = [one for one in calls if called(one) in LARGEST]
            return largest[-1].lineno, ONE_SIDE
    asked = (node for node in lines.nodes if isinstance(node, ast.Call) and called(node) in ASKING)
    for node in islice(asked, MOST):
        line = _largest_alone(lines, node)
        if line is not None:
            return line, ONE_SIDE
    return None


def _largest_alone(lines: Lines, asked: ast.Call) -> int | None:
    """Where the largest element of an array is taken, if that is what is asked, be it by a name."""
    names = [key_of(node) for given in asked.args for node in ast.walk(given)]
    named = [value for name in names for value in lines.words.bindings.values.get(name, [])]
    parts = [node for item in [*asked.args, *named[:MOST]] for node in ast.walk(item)]
    calls = [node for node in parts if isinstance(node, ast.Call)]
    found = [node.lineno for node in calls if called(node) in REDUCING and _of_an_array(node)]
    return found[0] if found and not {called(node) for node in calls} & (SIZES | SMALLEST) else None


def row_alone(lines: Lines) -> tuple[int, str] | None:
    """Where a row of an array is what is asked, be it by a name: of what is calculated with, so no list."""
    calls = (node for node in lines.nodes if isinstance(node, ast.Call) and called(node) in ASKING)
    for node in islice(calls, MOST):
        names = [key_of(part) for given in node.args for part in ast.walk(given)]
        named = [value for name in names for value in lines.words.bindings.values.get(name, [])]
        for part in inside([*node.args, *named[:MOST]]):
            if isinstance(part, ast.Subscript) and _is_fixed(part.slice) and _is_array(lines, part.value):
                return part.lineno, A_ROW
    return None


def loss_alone(lines: Lines) -> int | None:
    """Where nothing but a loss is asked: what the differentiated function gives, or what that calls."""
    differentiated = [
        item
        for node in lines.nodes
        if isinstance(node, ast.Call) and called(node) in GRADIENTS
        for item in node.args[:1]
    ]
    names = {key_of(item) for item in differentiated} | {
        called(part)
        for item in differentiated
        for one in (lines.words.bindings.functions.get(key_of(item), []) if key_of(item) else [item])
        for part in ast.walk(one)
        if isinstance(part, ast.Call)
    }
    losses = names & lines.words.bindings.functions.keys()
    asked = [node for node in lines.nodes if isinstance(node, ast.Call) and called(node) in ASKING][:MOST]
    return asked[0].lineno if asked and all(_is_given_by(lines, node, losses) for node in asked) else None


def _is_given_by(lines: Lines, asked: ast.Call, functions: set[str]) -> bool:
    """Whether what is asked is the result of one of these functions, be it by a name or cast."""
    item = asked.args[0] if len(asked.args) == 1 else None
    values = lines.words.bindings.values.get(key_of(item), []) if isinstance(item, ast.Name) else [item]
    while values and all(_is_method(value) for value in values):
        values = [value.func.value for value in values]  # type: ignore[union-attr] # that is what was asked
    return bool(values) and all(
        isinstance(value, ast.Call) and called(value) in functions for value in values
    )


def _is_method(value: ast.expr | None) -> bool:
    """Whether this is `loss(...).astype(...)`."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and isinstance(value.func.value, ast.Call)
    )


def _is_fixed(index: ast.expr) -> bool:
    """Whether the same place is meant each time: `[0]`, `[-1]`."""
    plain = index.operand if isinstance(index, ast.UnaryOp) else index
    return isinstance(plain, ast.Constant) and isinstance(plain.value, int)


def _is_array(lines: Lines, node: ast.expr) -> bool:
    """Whether a name is that of data that was divided or multiplied, as no list of arrays is."""
    values = lines.words.bindings.values.get(key_of(node), [])
    made = [
        value for value in values if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div | ast.Mult)
    ]
    return bool(made) and DATA in lines.words.of(node)


def _of_an_array(call: ast.Call) -> bool:
    """Whether this is `g.max()` or `jnp.max(g)`, and not the larger one of two."""
    return isinstance(call.func, ast.Attribute) and not call.args[1:]


def _behind(lines: Lines, node: ast.AST) -> list[ast.AST]:
    """The parts of an expression, and of what its names are given, in this order."""
    found, waiting, seen = list[ast.AST](), [node], set[str]()
    for item in waiting:
        parts = list(ast.walk(item))
        found += parts
        for name in {key_of(part): None for part in parts}:
            if name and name not in seen and len(waiting) < MOST:
                seen.add(name)
                waiting += lines.words.bindings.values.get(name, [])
    return found
