"""What each name of a text may be given: by assignments, calls of own functions, and constructors."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from judge.pitfalls.reading.source import called

Function = ast.FunctionDef | ast.Lambda
MAPPING = {"map", "tree_map", "reduce", "cond", "vmap", "tree_reduce"}


MOST_VALUES = 64  # of one name: what is more than that is no text of a learner's
MOST_FUNCTIONS = 8  # of one name


@dataclass(slots=True)
class Bindings:
    """Expressions by the name ("name", ".attribute", "[entry]") that may be given them."""

    values: dict[str, list[ast.expr]] = field(default_factory=dict)
    functions: dict[str, list[Function]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    makers: dict[str, list[Function]] = field(default_factory=dict)

    def add(self, key: str, value: ast.expr | None) -> None:
        """One more value of a name."""
        if value is None or not key:
            return
        given = self.values.setdefault(key, [])
        if len(given) < MOST_VALUES and not any(one is value for one in given):
            given.append(value)

    def define(self, name: str, functions: Iterable[Function]) -> None:
        """More functions of a name."""
        known = self.functions.setdefault(name, [])
        known.extend(list(functions)[: MOST_FUNCTIONS - len(known)])


def all_bindings(tree: ast.Module) -> Bindings:
    """Of a whole text."""
    found = Bindings()
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            found.define(node.name, [node])
        elif isinstance(node, ast.ClassDef):
            annotated = [item.target for item in node.body if isinstance(item, ast.AnnAssign)]
            found.fields[node.name] = [item.id for item in annotated if isinstance(item, ast.Name)]
            functions = (item for item in node.body if isinstance(item, ast.FunctionDef))
            found.makers[node.name] = [item for item in functions if item.name == "__init__"]
    for node in nodes:  # `step = jax.jit(step_impl)`, `check = lambda tree: ...`
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.define(node.targets[0].id, [*_functions_in(found, node.value)])
            if isinstance(node.value, ast.Call) and called(node.value).lower() == "namedtuple":
                found.fields[node.targets[0].id] = _declared(node.value)
    for _ in range(2):  # what is unpacked may be known by its name only after a first time
        bound = [pair for node in nodes for pair in _bound(found, node)]
        found.values = {}
        for key, value in bound:
            found.add(key, value)
    return found


def _declared(call: ast.Call) -> list[str]:
    """The fields of `namedtuple("Scaler", "value count")`, or of a list of names, or of names and types."""
    parts = [item for given in call.args[1:2] for item in getattr(given, "elts", [given])]
    firsts = [getattr(item, "elts", [item])[:1] for item in parts]
    texts = [getattr(item, "value", None) for first in firsts for item in first]
    return [name for text in texts if isinstance(text, str) for name in text.replace(",", " ").split()]


def key_of(node: ast.AST) -> str:
    """What a name, an attribute or an entry (`box["scale"]`) is kept under."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f".{node.attr}"
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return f"[{name}]"
        case _:
            return ""


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


def handed_on(function: Function, call: ast.Call) -> list[ast.expr]:
    """What a call gives by names that a function takes in `**settings`, and hands on."""
    names = _names(function) if function.args.kwarg is not None else []
    return [item.value for item in call.keywords if item.arg and names and item.arg not in names]


def _functions_in(found: Bindings, value: ast.expr) -> Iterator[Function]:
    if isinstance(value, ast.Lambda):
        yield value
    elif isinstance(value, ast.Call):
        for item in (*value.args, value.func):
            if isinstance(item, ast.Name):
                yield from found.functions.get(item.id, [])


def _functions(found: Bindings, value: ast.expr) -> list[Function]:
    """The own functions that an expression may be: by their name, or as what another one returns."""
    if isinstance(value, ast.Lambda):
        return [value]
    if isinstance(value, ast.Name):
        return found.functions.get(value.id, [])
    if isinstance(value, ast.Subscript):
        return entries(found, value.value)
    if not isinstance(value, ast.Call):
        return []
    makers = found.functions.get(called(value), [])
    made = [item for maker in makers for item in returned(maker)]
    made += value.args[:1] if called(value) == "jit" else []
    return [
        one
        for item in made
        for one in ([item] if isinstance(item, ast.Lambda) else found.functions.get(key_of(item), []))
    ]


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
        case ast.ClassDef() | ast.Dict():
            yield from _constants(node)


def _constants(node: ast.ClassDef | ast.Dict) -> Iterator[tuple[str, ast.expr | None]]:
    """A class's attributes, a dict's entries."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield f"[{key.value}]", value
        return
    for item in node.body:
        if isinstance(item, ast.Assign):
            pairs = [pair for target in item.targets for pair in _paired(target, item.value)]
            yield from ((f".{one.id}", value) for one, value in pairs if isinstance(one, ast.Name))


def _paired(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Names and values, of `a, b = 1, 2` one by one."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _given(found: Bindings, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Tuple | ast.List):
        for parts in _tuples(found, value, len(target.elts)):
            for one, part in zip(target.elts, parts, strict=True):
                yield from _given(found, one, part)
        return
    keys = [key_of(target)]
    if isinstance(target, ast.Starred | ast.Subscript):
        keys.append(key_of(target.value))
    yield from ((key, item) for key in keys for item in _results(found, value) or [value])


def _tuples(found: Bindings, value: ast.expr, count: int) -> Iterator[list[ast.expr]]:
    """The parts of what may be unpacked; the whole in place of each where they can't be told."""
    known, made = False, _results(found, value)
    further = (one for item in made[:MOST_FUNCTIONS] for one in _results(found, item))
    for item in (value, *_named(found, value), *made, *islice(further, MOST_VALUES)):
        options = [item.body, item.orelse] if isinstance(item, ast.IfExp) else [item]
        for option in options:
            if isinstance(option, ast.Tuple | ast.List) and len(option.elts) == count:
                known = True
                yield option.elts
    if not known:
        yield [value] * count


def entries(found: Bindings, node: ast.expr) -> list[Function]:
    """The own functions in a table of them, be it under a name."""
    tables = [node, *found.values.get(key_of(node), [])]
    given = (getattr(one, "values", getattr(one, "elts", [])) for one in tables)
    parts = list(islice((part for items in given for part in items), MOST_VALUES))
    named = [function for part in parts for function in found.functions.get(key_of(part), [])]
    return [*(part for part in parts if isinstance(part, ast.Lambda)), *named][:MOST_FUNCTIONS]


def _dispatched(found: Bindings, call: ast.Call) -> list[Function]:
    """The functions one of which is called by its place in a table: `after[event](scale)`, or a `switch`."""
    if called(call) == "switch" and len(call.args) > 1:
        return entries(found, call.args[1])
    return _functions(found, call.func) if isinstance(call.func, ast.Subscript) else []


def _named(found: Bindings, value: ast.expr) -> Iterator[ast.expr]:
    """What a name was given, be it by way of other names; each of them once."""
    waiting, seen = [value], set[str]()
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Name) and item.id not in seen:
            seen.add(item.id)
            given = list({id(one): one for one in found.values.get(item.id, [])}.values())
            yield from given
            waiting += given


def _results(found: Bindings, value: ast.expr) -> list[ast.expr]:
    """What own functions return that a value is the result of."""
    if not isinstance(value, ast.Call):
        return []
    own = [*found.functions.get(called(value), []), *_dispatched(found, value)]
    passed = {"cond": value.args[1:3], "scan": value.args[:1]}.get(called(value), [])
    own += [function for item in passed for function in _functions(found, item)]
    return [item for function in own for item in returned(function)]


def _passed(found: Bindings, call: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """Parameters of own functions, attributes of own objects."""
    yield from ((f".{item.arg}", item.value) for item in call.keywords if item.arg)
    if called(call) == "dict":
        yield from ((f"[{item.arg}]", item.value) for item in call.keywords if item.arg)
    direct = _functions(found, call.func) if isinstance(call.func, ast.Call | ast.Subscript) else []
    for function in _dispatched(found, call) if called(call) == "switch" else []:
        yield from zip(_names(function), call.args[2:], strict=False)
    for function in (*found.functions.get(called(call), []), *direct):
        names = _names(function)
        if names[:1] == ["self"]:
            names = names[1:]
        yield from zip(names, call.args, strict=False)
        yield from ((item.arg, item.value) for item in call.keywords if item.arg in names)
    if called(call) in found.fields:
        yield from _constructed(found, call)
    yield from _mapped(found, call)


def _mapped(found: Bindings, call: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """Parameters of own functions that another function calls."""
    if called(call) == "scan" and len(call.args) > 1:
        for function in _functions(found, call.args[0]):
            yield from zip(_names(function)[:1], call.args[1:2], strict=False)
    skipped = 3 if called(call) == "cond" else 1
    given = call.args[skipped:] if called(call) in MAPPING else []
    for function in (one for item in call.args[:skipped] for one in _functions(found, item)):
        if len(given) == 1:
            yield from ((name, given[0]) for name in _names(function))
        else:
            yield from zip(_names(function), given, strict=False)


def _constructed(found: Bindings, call: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """The fields of a class by their order, and the parameters of its `__init__`, or of any."""
    fields = found.fields[called(call)]
    yield from ((f".{name}", value) for name, value in zip(fields, call.args, strict=False))
    for function in found.makers.get(called(call)) or found.functions.get("__init__", []):
        names = _names(function)[1:]
        yield from zip(names, call.args, strict=False)
        yield from ((item.arg, item.value) for item in call.keywords if item.arg in names)


def _names(function: Function) -> list[str]:
    return [item.arg for item in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
