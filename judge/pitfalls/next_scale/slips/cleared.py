"""Where the answer to what is finite is forgotten before the update asks for it."""

import ast

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.words import inside
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called

MOST = 8  # calls of one method that are looked at
FIRST = {"__init__", "__post_init__"}


def cleared_before(clues: Clues) -> int | None:
    """The line that calls the method that clears the answer, before one that asks for it calls the other.

    As torch's `scaler.update()` before `scaler.step(optimizer)`.
    """
    lines = lines_of(clues)
    methods = [node for node in lines.nodes if isinstance(node, ast.FunctionDef) and node.name not in FIRST]
    clearing = {key: one.name for one in methods for key in _cleared(one)}
    for method in methods:
        for key in _asked(lines, method):
            other = clearing.get(key, method.name)
            if other == method.name:
                continue
            for ask in _calls(lines, method.name):
                around, receiver = clues.text.enclosing(ask.lineno), _receiver(ask)
                for clear in _calls(lines, other):
                    before = clear.lineno < ask.lineno and clues.text.enclosing(clear.lineno) is around
                    if before and _receiver(clear) == receiver:
                        return clear.lineno
    return None


def _calls(lines: Lines, name: str) -> list[ast.Call]:
    return [node for node in lines.nodes if isinstance(node, ast.Call) and called(node) == name][:MOST]


def _receiver(call: ast.Call) -> str:
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _cleared(method: ast.FunctionDef) -> set[str]:
    """Attributes that a method gives a truth value at its end, whatever happened before."""
    last = method.body[-1]
    if not isinstance(last, ast.Assign) or not isinstance(getattr(last.value, "value", None), bool):
        return set()
    return {key_of(target) for target in last.targets if isinstance(target, ast.Attribute)}


def _asked(lines: Lines, method: ast.FunctionDef) -> set[str]:
    """Attributes that decide in a method whether an optimizer updates."""
    found = set[str]()
    for node in inside(method.body):
        if isinstance(node, ast.If) and lines.is_question(node.test):
            calls = {called(one) for one in inside(node.body) if isinstance(one, ast.Call)}
            attributes = (one for one in ast.walk(node.test) if isinstance(one, ast.Attribute))
            found |= {key_of(one) for one in attributes} if calls & {"update", "apply_updates"} else set()
    return found
