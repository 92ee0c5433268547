"""What each name of a text may be given: by assignments, calls of own functions, and constructors."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from judge.pitfalls.reading.source import called

Function = ast.FunctionDef | ast.Lambda
MAPPING = {"map", "tree_map", "reduce", "cond", "vmap", "tree_reduce"}


@dataclass(slots=True)
class Bindings:
    """Expressions by the name ("name", ".attribute") that may be given them."""

    values: dict[str, list[ast.expr]] = field(default_factory=dict)
    functions: dict[str, list[Function]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, value: ast.expr | None) -> None:
        """One more value of a name."""
        if value is not None and key:
            self.values.setdefault(key, []).append(value)


def all_bindings(tree: ast.Module) -> Bindings:
    """Of a whole text."""
    found = Bindings()
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            found.functions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.ClassDef):
            annotated = [item.target for item in node.body if isinstance(item, ast.AnnAssign)]
            found.fields[node.name] = [item.id for item in annotated if isinstance(item, ast.Name)]
    for node in nodes:  # `step = jax.jit(step_impl)`, `check = lambda tree: ...`
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            own = [*_functions_in(found, node.value)]
            found.functions.setdefault(node.targets[0].id, []).extend(own)
    for _ in range(2):  # what is unpacked may be known by its name only after a first time
        bound = [pair for node in nodes for pair in _bound(found, node)]
        found.values = {}
        for key, value in bound:
            found.add(key, value)
    return found


def returned(function: Function) -> list[ast.expr]:
    """What a function may return."""
    if isinstance(function, ast.Lambda):
        return [function.body]
    values, waiting = [], list[ast.AST](function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            values.append(node.value)
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return values


def _functions_in(found: Bindings, value: ast.expr) -> Iterator[Function]:
    if isinstance(value, ast.Lambda):
        yield value
    elif isinstance(value, ast.Call):
        for item in (*value.args, value.func):
            if isinstance(item, ast.Name):
                yield from found.functions.get(item.id, [])


def _bound(found: Bindings, node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign():
            for target in node.targets:
                yield from _given(found, target, node.value)
        case ast.AnnAssign() | ast.NamedExpr() if node.value is not None:
            yield from _given(found, node.target, node.value)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield f".{node.target.id}", node.value  # a dataclass's default
        case ast.AugAssign():
            yield from _given(found, node.target, ast.BinOp(node.target, node.op, node.value))
        case ast.For() | ast.comprehension():
            yield from _given(found, node.target, node.iter)
        case ast.FunctionDef() | ast.Lambda():
            arguments = node.args
            defaults = zip(
                reversed([*arguments.posonlyargs, *arguments.args]),
                reversed(arguments.defaults),
                strict=False,
            )
            yield from ((one.arg, value) for one, value in defaults)
            yield from (
                (one.arg, value)
                for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            )
        case ast.Call():
            yield from _passed(found, node)
        case ast.ClassDef():
            yield from _class_constants(node)


def _class_constants(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None]]:
    for item in node.body:
        if isinstance(item, ast.Assign):
            yield from ((f".{one.id}", item.value) for one in item.targets if isinstance(one, ast.Name))


def _given(found: Bindings, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Tuple | ast.List):
        for parts in _tuples(found, value, len(target.elts)):
            for one, part in zip(target.elts, parts, strict=True):
                yield from _given(found, one, part)
        return
    if isinstance(target, ast.Starred | ast.Subscript):
        target = target.value
    key = target.id if isinstance(target, ast.Name) else ""
    key = f".{target.attr}" if isinstance(target, ast.Attribute) else key
    results = _results(found, value)
    yield from ((key, item) for item in results)
    if not results:
        yield key, value


def _tuples(found: Bindings, value: ast.expr, count: int) -> Iterator[list[ast.expr]]:
    """The parts of what may be unpacked; the whole in place of each where they can't be told."""
    known = False
    named = found.values.get(value.id, []) if isinstance(value, ast.Name) else []
    for item in (value, *named, *_results(found, value)):
        options = [item.body, item.orelse] if isinstance(item, ast.IfExp) else [item]
        for option in options:
            if isinstance(option, ast.Tuple | ast.List) and len(option.elts) == count:
                known = True
                yield option.elts
    if not known:
        yield [value] * count


def _results(found: Bindings, value: ast.expr) -> list[ast.expr]:
    """What own functions return that a value is the result of."""
    if not isinstance(value, ast.Call):
        return []
    own = list(found.functions.get(called(value), []))
    if called(value) == "cond":
        for item in value.args[1:3]:
            own += (
                [item] if isinstance(item, ast.Lambda) else found.functions.get(getattr(item, "id", ""), [])
            )
    return [item for function in own for item in returned(function)]


def _passed(found: Bindings, call: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """Parameters of own functions, attributes of own objects."""
    yield from ((f".{item.arg}", item.value) for item in call.keywords if item.arg)
    for function in found.functions.get(called(call), []):
        names = _names(function)
        if names[:1] == ["self"]:
            names = names[1:]
        yield from zip(names, call.args, strict=False)
        yield from ((item.arg, item.value) for item in call.keywords if item.arg in names)
    if called(call) in found.fields:
        yield from _constructed(found, call)
    if called(call) in MAPPING and call.args:
        skipped = 3 if called(call) == "cond" else 1
        for item in call.args[:skipped]:
            own = [item] if isinstance(item, ast.Lambda) else found.functions.get(getattr(item, "id", ""), [])
            for function in own:
                for name in _names(function) if len(call.args) - skipped == 1 else ():
                    yield name, call.args[skipped]
                if len(call.args) - skipped > 1:
                    yield from zip(_names(function), call.args[skipped:], strict=False)


def _constructed(found: Bindings, call: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """The fields of a class by their order, and the parameters of an `__init__`."""
    fields = found.fields[called(call)]
    yield from ((f".{name}", value) for name, value in zip(fields, call.args, strict=False))
    for function in found.functions.get("__init__", []):
        names = _names(function)[1:]
        yield from zip(names, call.args, strict=False)
        yield from ((item.arg, item.value) for item in call.keywords if item.arg in names)


def _names(function: Function) -> list[str]:
    return [item.arg for item in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
