"""Where the answer for one parameter decides about that parameter alone, and not about the whole step."""

import ast
from collections.abc import Iterator

from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.words import ASKING, CHOOSING, DATA, FLAG, compares
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called, names_in

MAPPING = {"map", "tree_map", "map_with_path", "multimap"}
MOST = 32  # loops that are looked at
Scope = ast.Lambda | ast.FunctionDef | ast.comprehension | ast.For


def own_answer(clues: Clues) -> int | None:
    """The first line at which a leaf is chosen by what is asked of that leaf."""
    lines = lines_of(clues)
    found = [
        node.lineno
        for scope, body in _scopes(lines)
        for part in body
        for node in ast.walk(part)
        for test in _tests(node)
        if isinstance(node, ast.expr | ast.If) and _of_one(lines, test, _bound(scope, body))
    ]
    return min([*found, *_of_objects(lines), *_of_named(lines)], default=None)


def _of_named(lines: Lines) -> Iterator[int]:
    """Where a leaf that has a name is chosen by an answer about it: `where(isfinite(gw), w - lr * gw, w)`."""
    for node in lines.nodes:
        if not isinstance(node, ast.Call | ast.IfExp):
            continue
        for test in _tests(node):
            asked = [item for item in ast.walk(test) if isinstance(item, ast.Call) and called(item) in ASKING]
            names = set().union(*(names_in(item) for item in asked))
            leaves = {name for name in names if lines.words.kinds.get(name) == {DATA}}
            options = node.args[1:3] if isinstance(node, ast.Call) else [node]
            if len(leaves) == 1 and leaves & set().union(*map(names_in, options)):
                yield node.lineno


def _of_objects(lines: Lines) -> Iterator[int]:
    """Where an object that is called in a loop sets its own value by an answer about its own gradient."""
    loops = [node for node in lines.nodes if isinstance(node, ast.For)]
    calls = [call for loop in loops[:MOST] for call in ast.walk(loop) if isinstance(call, ast.Call)]
    names = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
    for method in lines.nodes:
        if isinstance(method, ast.FunctionDef) and method.name in names and method.args.args:
            own = method.args.args[0].arg
            for node in ast.walk(method):
                if isinstance(node, ast.If) and lines.is_question(node.test) and own in names_in(node.test):
                    kept = [item for item in ast.walk(node) if isinstance(item, ast.Attribute)]
                    stored = [item for item in kept if isinstance(item.ctx, ast.Store)]
                    yield from [node.lineno] if any(own in names_in(item) for item in stored) else []


def _scopes(lines: Lines) -> Iterator[tuple[Scope, list[ast.AST]]]:
    """What is done for each leaf: functions that a tree is mapped by, comprehensions, and loops."""
    functions = lines.words.bindings.functions
    for node in lines.nodes:
        if isinstance(node, ast.For):
            yield node, list(node.body)
        elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp):
            value: ast.AST = node.value if isinstance(node, ast.DictComp) else node.elt
            yield from ((part, [value]) for part in node.generators)
        elif isinstance(node, ast.Call) and called(node) in MAPPING and len(node.args) > 1:
            first = node.args[0]
            if isinstance(first, ast.Lambda):
                yield first, [first.body]
            elif isinstance(first, ast.Name):
                for one in functions.get(first.id, []):
                    yield one, [one.body] if isinstance(one, ast.Lambda) else list(one.body)


def _bound(scope: Scope, body: list[ast.AST]) -> set[str]:
    """The names that are another leaf's each time: parameters, loop variables, and what is made of them."""
    if isinstance(scope, ast.Lambda | ast.FunctionDef):
        found = {item.arg for item in scope.args.args}
    else:
        found = names_in(scope.target)
    for part in body:
        for node in ast.walk(part):
            if isinstance(node, ast.Assign) and names_in(node.value) & found:
                found |= {item.id for item in node.targets if isinstance(item, ast.Name)}
    return found


def _of_one(lines: Lines, test: ast.expr, own: set[str]) -> bool:
    """Whether a test asks what is finite of nothing but a leaf, or is the answer that came with it."""
    asked = [
        node
        for node in ast.walk(test)
        if (isinstance(node, ast.Call) and called(node) in ASKING) or compares(node)
    ]
    if asked:
        return all(names_in(node) & own for node in asked)
    plain = test.operand if isinstance(test, ast.UnaryOp) else test
    return isinstance(plain, ast.Name) and plain.id in own and lines.words.kinds.get(plain.id) == {FLAG}


def _tests(node: ast.AST) -> list[ast.expr]:
    """What decides which of two values a leaf becomes; not what decides which answer is given."""
    if isinstance(node, ast.If):
        return [node.test] if any(map(_sets_an_entry, [*node.body, *node.orelse])) else []
    if isinstance(node, ast.IfExp):
        test, options = node.test, [node.body, node.orelse]
    elif isinstance(node, ast.Call) and called(node) in CHOOSING and len(node.args) > 2:  # noqa: PLR2004 - all three
        test, options = node.args[0], node.args[1:3]
    else:
        return []
    return [] if all(isinstance(item, ast.Constant) for item in options) else [test]


def _sets_an_entry(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return any(isinstance(item, ast.Subscript) for item in targets)
