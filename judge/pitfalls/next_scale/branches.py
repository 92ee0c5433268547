"""The ways that a text goes on after what is asked: which of them an overflow takes."""

import ast
import math
from collections.abc import Iterable, Iterator
from itertools import islice

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines
from judge.pitfalls.next_scale.words import COUNT, FLAG, inside
from judge.pitfalls.reading.source import arguments, called

MOST_DECISIONS = 64  # that are looked at
MOST_CASES = 16  # of a `match`


def overflow_branch(lines: Lines) -> tuple[int, list[ast.stmt]] | None:
    """The branch that is taken after an overflow, and where it is decided on: the one that isn't good."""
    for line, one, other in islice(_decisions(lines), MOST_DECISIONS):
        good = [_is_good(lines, one), _is_good(lines, other)]
        if good[0] != good[1]:
            return line, (other if good[0] else one)
    return None


def _is_good(lines: Lines, body: list[ast.stmt]) -> bool:
    """Whether a branch has what follows finite gradients: growth, one more in the count."""
    grows = {item.node for item in lines.growths}
    nodes = list(inside(body))
    nodes += [node for part in called_bodies(lines, body) for node in inside(part)]
    counts = any(
        (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and COUNT in lines.words.of(node))
        or (
            isinstance(node, ast.AugAssign)
            and COUNT in lines.words.of(node.target)
            and isinstance(node.op, ast.Add)
        )
        for node in nodes
    )
    return counts or any(node in grows for node in nodes)


def called_bodies(lines: Lines, body: list[ast.stmt]) -> list[list[ast.stmt]]:
    """The bodies of the own functions that are called in a branch."""
    calls = {called(node): node for node in inside(body) if isinstance(node, ast.Call)}
    known = lines.words.bindings.functions
    own = [one for name, call in calls.items() for one in known.get(name, []) if _takes(one, call)]
    return [one.body if isinstance(one, ast.FunctionDef) else [_returning(one)] for one in own]


def _takes(function: ast.FunctionDef | ast.Lambda, call: ast.Call) -> bool:
    """Whether a function has as many parameters as a call gives: `update` is a name of many methods."""
    given = function.args
    method = [item.arg for item in given.args[:1]] == ["self"]
    most = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs) - int(method)
    return given.vararg is not None or given.kwarg is not None or len(arguments(call)) <= most


def _returning(function: ast.Lambda) -> ast.stmt:
    return ast.copy_location(ast.Return(function.body), function.body)


def _branches(lines: Lines) -> Iterator[list[ast.stmt]]:
    """The branches of decisions in Python, outer ones first; a branch that isn't there is empty."""
    for node in lines.nodes:
        if isinstance(node, ast.If | ast.Try):
            yield node.body
            yield node.orelse
        if isinstance(node, ast.ExceptHandler | ast.match_case):
            yield node.body


def _decisions(lines: Lines) -> Iterator[tuple[int, list[ast.stmt], list[ast.stmt]]]:
    """Where it is decided by what is finite, and the two ways from there, what follows a `return` too."""
    for block in _blocks(lines.nodes):
        for index, item in enumerate(block):
            if isinstance(item, ast.If) and lines.is_question(item.test):
                leaves = any(isinstance(one, ast.Return) for one in item.body)
                yield item.lineno, item.body, item.orelse or (block[index + 1 :] if leaves else [])
    for node in lines.nodes:
        # Nobody knows which case an overflow is.
        if isinstance(node, ast.Match) and len(node.cases) <= MOST_CASES:
            for case in node.cases:
                others = [item for one in node.cases if one is not case for item in one.body]
                yield case.body[0].lineno, case.body, others
        if isinstance(node, ast.Try) and node.handlers:
            yield node.lineno, [*node.body, *node.orelse], node.handlers[0].body
        if isinstance(node, ast.Call) and called(node) == "cond" and len(node.args) > 2:  # noqa: PLR2004 - both
            asked, one, other = node.args[:3]
            if FLAG in lines.asks(asked):
                yield node.lineno, _body(lines, one), _body(lines, other)


def _body(lines: Lines, function: ast.expr) -> list[ast.stmt]:
    if isinstance(function, ast.Lambda):
        return [ast.copy_location(ast.Return(function.body), function.body)]
    own = lines.words.bindings.functions.get(key_of(function), [])
    return list(own[0].body) if own and isinstance(own[0], ast.FunctionDef) else []


def around(lines: Lines, line: int) -> list[ast.stmt]:
    """The innermost branch that a line is in, [] where it is in none."""
    found: list[ast.stmt] = []
    size = math.inf
    for body in _branches(lines):
        if body and body[0].lineno <= line <= (body[-1].end_lineno or 0):
            length = (body[-1].end_lineno or 0) - body[0].lineno
            if length <= size:
                found, size = body, length
    return found


def _blocks(nodes: Iterable[ast.AST]) -> Iterator[list[ast.stmt]]:
    for node in nodes:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block
