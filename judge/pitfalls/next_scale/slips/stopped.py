"""The line at which `stop_gradient` takes the loss scale out of the derivative."""

import ast

from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.words import SCALE
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import arguments, called, names_in

STOPPING = {"stop_gradient"}


def stopped_scale(clues: Clues) -> int | None:
    """The one line on which a product with the scale is kept out of the derivative; a scale alone may be."""
    lines = lines_of(clues)
    stopping = STOPPING | {name for name in lines.words.bindings.functions if _stops(lines, name)}
    found = {
        node.lineno
        for node in lines.nodes
        if isinstance(node, ast.Call)
        and called(node) in stopping
        and any(_is_scaled(lines, item) for item in arguments(node))
    }
    return found.pop() if len(found) == 1 else None


def _stops(lines: Lines, name: str) -> bool:
    """Whether a function of the learner's does this to what it is given: `detach`."""
    for function in lines.words.bindings.functions[name]:
        own = {item.arg for item in function.args.args}
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node) in STOPPING and node.args:
                given = node.args[0]
                if isinstance(given, ast.Name) and given.id in own:
                    return True
    return False


def _is_scaled(lines: Lines, given: ast.expr) -> bool:
    """Whether something that isn't the scale alone is multiplied by it."""
    for node in ast.walk(given):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            kinds = [SCALE in lines.words.of(side) for side in (node.left, node.right)]
            other = node.right if kinds[0] else node.left
            if any(kinds) and not all(kinds) and names_in(other):
                return True
    return False
