"""What names, parameters and attributes are given in a text."""

import ast
from collections.abc import Iterable, Iterator

from judge.pitfalls.reading.source import OWN, Source, arguments, called

LOOPS = {"fori_loop": (2, 3, [0]), "scan": (0, 1, []), "while_loop": (1, 2, [])}  # body, first carry, index


def assigned(nodes: Iterable[ast.AST], name: str) -> Iterator[tuple[int, ast.expr | None]]:
    """The lines on which a name is bound, and by what; None where it gets a part of something."""
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.lineno, node.value
                elif any(_binds(item, name) for item in ast.walk(target)):
                    yield node.lineno, None
        elif isinstance(node, ast.For | ast.AugAssign) and any(
            _binds(item, name) for item in ast.walk(node.target)
        ):
            yield node.lineno, None


def _binds(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def attribute_values(text: Source, name: str) -> list[tuple[int, ast.expr | None]]:
    """The lines on which any object's attribute of this name is given something.

    What a class declares counts where nothing else does, as by a keyword of that name.
    """
    declared: list[tuple[int, ast.expr | None]] = []
    found: list[tuple[int, ast.expr | None]] = []
    is_field = False
    for node in text.statements:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        parts = [part for target in targets for part in getattr(target, "elts", [target])]
        if any(isinstance(part, ast.Attribute) and part.attr == name for part in parts):
            found.append((node.lineno, getattr(node, "value", None)))
        if isinstance(node, ast.ClassDef):
            declared += [(line, value) for line, value in assigned(node.body, name) if value is not None]
            fields = (item for item in node.body if isinstance(item, ast.AnnAssign))
            is_field = is_field or any(getattr(item.target, "id", None) == name for item in fields)
    given = (item for item in ast.walk(text.tree) if isinstance(item, ast.keyword)) if is_field else ()
    given = (item for item in given if item.arg == name and getattr(item.value, "attr", None) != name)
    found += [(item.value.lineno, item.value) for item in given]  # `name=self.name` hands on what it is
    found += [(item.lineno, item) for item in _placed(text, name)]
    return found or declared


def _placed(text: Source, name: str) -> Iterator[ast.expr]:
    """What records get for a field of this name by its place: `Point(1, 2)`."""
    orders = {
        node.name: [getattr(item.target, "id", "") for item in node.body if isinstance(item, ast.AnnAssign)]
        for node in text.statements
        if isinstance(node, ast.ClassDef)
        and not any(getattr(item, "name", "") == "__init__" for item in node.body)
    }
    for record, values in text.given.items():
        value = values[0]
        if isinstance(value, ast.Call) and called(value) == "namedtuple" and len(value.args) > 1:
            fields = value.args[1]
            items = [getattr(item, "value", "") for item in getattr(fields, "elts", ())]
            orders[record] = items or str(getattr(fields, "value", "")).replace(",", " ").split()
    for call in text.calls:
        order = orders.get(called(call), [])
        place = order.index(name) if name in order else len(call.args)
        if place < len(call.args) and not any(isinstance(item, ast.Starred) for item in call.args):
            yield call.args[place]


def parameters(function: ast.FunctionDef) -> list[str]:
    """The names of a function's parameters, in the order of a call; that of a method's object left out."""
    plain = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
    own = bool(plain) and plain[0] in OWN
    return [*plain[int(own) :], *(item.arg for item in function.args.kwonlyargs)]


def default(function: ast.FunctionDef, name: str) -> ast.expr | None:
    """What a parameter is where a call leaves it out."""
    plain = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
    given = dict(zip(plain[::-1], function.args.defaults[::-1], strict=False))
    given |= {
        item.arg: value
        for item, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if value is not None
    }
    return given.get(name)


def calls_of(text: Source, function: ast.FunctionDef, where: ast.AST) -> Iterator[ast.Call]:
    """Calls of a function in something, as if it were called there by its name.

    Also its class's, that of a `partial`, by `map`, and as the body of a loop.
    """
    owner = class_of(text, function) if function.name == "__init__" else None
    name = function.name if owner is None else owner.name
    partials = _partials(text, name)
    inside = (node for node in ast.walk(where) if isinstance(node, ast.Call))
    for call in text.calls if where is text.tree else inside:
        given = [getattr(item, "id", getattr(item, "attr", None)) for item in call.args]
        bound = partials.get(called(call))
        if called(call) == name:
            yield call
        elif called(call) == "map" and given[:1] == [name]:
            yield _as_if(call, call.args[1:], [])
        elif called(call) in LOOPS:
            body, first, index = LOOPS[called(call)]
            if len(given) > first and given[body] == name:
                yield _as_if(call, [*(call.args[item] for item in index), call.args[first]], [])
        elif bound is not None:
            yield _as_if(call, [*bound.args[1:], *call.args], [*bound.keywords, *call.keywords])


def _as_if(call: ast.Call, items: list[ast.expr], keywords: list[ast.keyword]) -> ast.Call:
    return ast.copy_location(ast.Call(call.func, items, keywords), call)


def _partials(text: Source, function: str) -> dict[str, ast.Call]:
    """The `partial(function, ...)` that names stand for."""
    return {
        target.id: node.value
        for node in text.statements
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args
        if called(node.value) == "partial" and getattr(node.value.args[0], "id", None) == function
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def argument(call: ast.Call, function: ast.FunctionDef, name: str) -> ast.expr | None:
    """What a call gives for a parameter, or its default; None where that can't be known."""
    if any(isinstance(item, ast.Starred) for item in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    ):
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    names = parameters(function)
    index = names.index(name) if name in names else len(call.args)
    return call.args[index] if index < len(call.args) else default(function, name)


def class_of(text: Source, method: ast.FunctionDef) -> ast.ClassDef | None:
    """The class that a method is of."""
    classes = (node for node in text.statements if isinstance(node, ast.ClassDef))
    return next((node for node in classes if method in node.body), None)


def how(call: ast.Call) -> list[ast.expr]:
    """The arguments that say how, and not on what: all of a method's, all but a function's first."""
    method = isinstance(call.func, ast.Attribute) and call.func.attr in {"astype", "view"}
    return arguments(call) if method else arguments(call)[1:]
