"""Where an old state is kept that is none: what shares its variables with the model is updated with it."""

import ast
from collections.abc import Iterator
from itertools import islice

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import arguments, called

SHARING = {"state", "split", "variables"}
MOST = 16  # lines and uses that are looked at
TAKING_BACK = {"update", "map", "tree_map", "where", "select", "cond", "merge"}


def shared_state(clues: Clues) -> int | None:
    """The first line that keeps such a state before an update, and takes it back after it."""
    updates = [
        node
        for statement in clues.text.statements
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        for node in [statement.value]
        if called(node) == "update" and node.args
    ]
    models = {ast.unparse(node.args[0]) for node in updates}
    uses = _uses(clues)
    found = [
        line
        for line, name in islice(_kept(clues, models), MOST)
        if any(_is_late(clues, line, use, updates) for use in uses.get(name, []))
    ]
    return min(found, default=None)


def _uses(clues: Clues) -> dict[str, list[ast.Call]]:
    """The calls, a few of each name, that may take back what they are given."""
    found: dict[str, list[ast.Call]] = {}
    taking = TAKING_BACK | _own(clues)
    for node in ast.walk(clues.text.tree):
        if isinstance(node, ast.Call) and called(node) in taking:
            changed = node.args[:1] if called(node) == "update" else []
            for item in [item for item in arguments(node) if item not in changed]:
                uses = found.setdefault(key_of(item), [])
                uses += [node] if len(uses) < MOST else []
    return found


def _own(clues: Clues) -> set[str]:
    """The learner's functions that may put back what they are given into a model."""
    functions = (item for item in clues.text.statements if isinstance(item, ast.FunctionDef))
    return {
        function.name
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "nnx.update" and node.args[1:]
    } - {clues.problem.entry_point}


def _kept(clues: Clues, models: set[str]) -> Iterator[tuple[int, str]]:
    """Lines and the names that are given a model there, or its state."""
    for node in clues.text.statements:
        if isinstance(node, ast.Assign) and _shares(node.value, models):
            for target in node.targets:
                parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                yield from ((node.lineno, key_of(part)) for part in parts if key_of(part))


def _shares(value: ast.expr, models: set[str]) -> bool:
    """Whether a value is a model, its state, or a copy that has the same variables."""
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Name) and value.id in models
    return bool(value.args) and (called(value) in SHARING or ast.unparse(value.func) == "copy.copy")


def _is_late(clues: Clues, line: int, use: ast.Call, updates: list[ast.Call]) -> bool:
    """Whether something is used after an update, and was kept before it; in another function nobody knows."""
    function = clues.text.enclosing(line)
    if function is not clues.text.enclosing(use.lineno):
        return called(use) == "update"
    before = [one for one in updates[:MOST] if line < one.lineno and (one.end_lineno or 0) < use.lineno]
    return any(clues.text.enclosing(one.lineno) is function for one in before)
