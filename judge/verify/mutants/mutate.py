"""The small changes that there are: casts, operators, constants, signs, roles, statements."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from judge.problem.model import Problem
from judge.verify.mutants.edits import Mutant, Splice, Text

Edit = tuple[str, ast.expr | ast.stmt, list[Splice]]  # what is done, where, how

DTYPES: Mapping[str, tuple[str, ...]] = {
    "bfloat16": ("float32", "float16"),
    "float16": ("float32", "bfloat16"),
    "float32": ("bfloat16",),
}
OPERATORS: Mapping[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"),
}
ROLES = "roles swapped"
LEFT_ALONE = ("initial_weights",)  # what data are made with is no part of the step


def mutants(problem: Problem, source: str, most: int, functions: Sequence[str] = ()) -> tuple[Mutant, ...]:
    """At most so many, chosen so that each kind of change and each place of it has its share.

    Args:
        functions: only in these functions of the module; in all when there is none.
    """
    text = Text(source)
    kinds: dict[str, list[Mutant]] = {}
    seen: set[str] = set()
    for function in text.functions():
        if function.name in LEFT_ALONE or (functions and function.name not in functions):
            continue
        for kind, node, splices in _edits(problem, text, function):
            changed = text.spliced(splices)
            if changed is not None and changed not in seen:
                seen.add(changed)
                made = Mutant(
                    kind=kind, function=function.name, line=node.lineno, source=changed, original=source
                )
                kinds.setdefault(kind, []).append(made)
    return _chosen(kinds, most)


def _chosen(kinds: Mapping[str, list[Mutant]], most: int) -> tuple[Mutant, ...]:
    """Of each kind in turn, its places spread over the whole."""
    queues = [_spread(found) for found in kinds.values()]
    chosen: list[Mutant] = []
    while any(queues) and len(chosen) < most:
        for queue in queues:
            if queue and len(chosen) < most:
                chosen.append(queue.pop(0))
    return tuple(sorted(chosen, key=lambda one: (one.line, one.kind)))


def _spread(found: list[Mutant]) -> list[Mutant]:
    """First, last, middle, and so on: the first few of these are far apart."""
    if len(found) <= 2:  # noqa: PLR2004 - both ends
        return list(found)
    middle = len(found) // 2
    inner = [*_spread(found[1:middle]), *_spread(found[middle + 1 : -1])]
    return [found[0], found[-1], found[middle], *inner]


def _edits(problem: Problem, text: Text, function: ast.FunctionDef) -> Iterator[Edit]:
    docstring = ast.get_docstring(function, clean=False)
    for statement in function.body[1 if docstring is not None else 0 :]:
        for node in ast.walk(statement):
            if isinstance(node, ast.expr):
                yield from _casts(text, node)
                yield from _operators(text, node)
                yield from _names(problem, text, node)
            if isinstance(node, ast.stmt):
                yield from _statements(text, node)


def _cast(node: ast.AST) -> ast.expr | None:
    """What is cast by `.astype(...)`, None where nothing is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
        return node.func.value
    return None


def _removed(text: Text, node: ast.expr, inner: ast.expr) -> tuple[Splice, str]:
    """A cast that goes, and its text."""
    tail = text.part(text.begin(node), text.end(node)).rfind(".astype(")
    begin = text.begin(node) + len(text.part(text.begin(node), text.end(node))[:tail].encode())
    return (max(begin, text.end(inner)), text.end(node), ""), text.part(begin, text.end(node))


def _casts(text: Text, node: ast.expr) -> Iterator[Edit]:
    inner = _cast(node)
    if inner is not None:
        yield "cast dropped", node, [_removed(text, node, inner)[0]]
    if isinstance(node, ast.BinOp):
        begin, end = text.begin(node), text.end(node)
        for dtype in ("bfloat16", "float16"):
            yield "cast added", node, [(begin, begin, "("), (end, end, f').astype("{dtype}")')]
    yield from _moved(text, node)
    if isinstance(node, ast.Attribute) and node.attr in DTYPES:
        for other in DTYPES[node.attr]:
            yield "other dtype", node, [(text.end(node) - len(node.attr), text.end(node), other)]


def _moved(text: Text, node: ast.expr) -> Iterator[Edit]:
    """A cast of an operand or argument that becomes one of the result."""
    begin, end = text.begin(node), text.end(node)
    binary = isinstance(node, ast.BinOp)
    parts = [node.left, node.right] if isinstance(node, ast.BinOp) else getattr(node, "args", [])
    for part in parts if isinstance(node, ast.BinOp | ast.Call) else ():
        inner = _cast(part)
        if inner is not None:
            gone, cast = _removed(text, part, inner)
            around = [(begin, begin, "("), (end, end, f"){cast}")] if binary else [(end, end, cast)]
            yield "cast moved", node, [gone, *around]


def _operators(text: Text, node: ast.expr) -> Iterator[Edit]:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        old, new = OPERATORS[type(node.op)]
        begin, end = text.end(node.left), text.begin(node.right)
        between = text.part(begin, end)
        yield "other operator", node, [(begin, end, between.replace(old, new, 1))]
        yield "sign", node, [(end, end, "-")]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node, [(text.begin(node), text.begin(node.operand), "")]
    number = node.value if isinstance(node, ast.Constant) else None
    if isinstance(number, int | float) and not isinstance(number, bool):
        for other in (number + 1, number * 2):
            yield "other constant", node, [(text.begin(node), text.end(node), repr(other))]


def _names(problem: Problem, text: Text, node: ast.expr) -> Iterator[Edit]:
    """Parameters: another one in its place, or itself rounded."""
    kinds = {parameter.name: parameter.kind for parameter in problem.parameters}
    if not isinstance(node, ast.Name) or node.id not in kinds or not isinstance(node.ctx, ast.Load):
        return
    begin, end = text.begin(node), text.end(node)
    for name, kind in kinds.items():
        if name != node.id and kind == kinds[node.id]:
            yield ROLES, node, [(begin, end, name)]
    dtype = problem.compute_dtype or "bfloat16"
    if kinds[node.id] == "array":
        yield "cast added", node, [(end, end, f'.astype("{dtype}")')]
    elif kinds[node.id] == "float" and "jax.numpy as jnp" in text.source:
        yield "cast added", node, [(begin, end, f'jnp.asarray({node.id}, "{dtype}")')]
        yield "other constant", node, [(begin, end, f"({node.id} * 1.01)")]


def _statements(text: Text, node: ast.stmt) -> Iterator[Edit]:
    """What is done for its effect: a name that was never given would only fail."""
    for_effect = isinstance(node, ast.Expr | ast.AugAssign)
    into = isinstance(node, ast.Assign) and not any(isinstance(one, ast.Name) for one in node.targets)
    if for_effect or into:
        yield "statement dropped", node, [(text.begin(node), text.end(node), "pass")]
