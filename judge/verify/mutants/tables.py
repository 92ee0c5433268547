"""Which function of which module is which right style, where it is a plain function."""

import ast
from collections.abc import Iterator, Mapping


def styles(source: str) -> dict[str, str]:
    """Name in the table -> function.

    Read are `@decorator("name")`, `{"name": function}` and `TABLE["name"] = function` at the top level.
    """
    tree = ast.parse(source)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    pairs = (pair for node in tree.body for pair in _pairs(node))
    return {name: function for name, function in pairs if name and function in functions}


def tables(sources: Mapping[str, str], first: str, table: str) -> Iterator[tuple[str, str]]:
    """File and name of a table, and of those that are put into it from modules beside its own.

    Args:
        sources: file -> text, of all modules in the folder. first, table: where to begin.
    """
    yield first, table
    tree = ast.parse(sources[first])
    joined = {name for node in tree.body for name in _joined(node, table)}
    for node in tree.body:
        file = f"{node.module}.py" if isinstance(node, ast.ImportFrom) and node.level == 0 else ""
        if isinstance(node, ast.ImportFrom) and file in sources:
            yield from ((file, alias.name) for alias in node.names if alias.name in joined)


def _joined(node: ast.stmt, table: str) -> Iterator[str]:
    """The tables that a statement puts into one: `TABLE = A | B`, `TABLE |= {**A}`, `TABLE.update(A)`."""
    value: ast.AST | None = None
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value if table in {getattr(one, "id", "") for one in targets} else None
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        asked = node.value.func
        owner = getattr(asked.value, "id", "") if isinstance(asked, ast.Attribute) else ""
        value = ast.Tuple(elts=node.value.args) if owner == table else None
    parts = [value]
    while parts:
        match parts.pop():
            case ast.Name(id=name):
                yield name
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                parts += [left, right]
            case ast.Tuple(elts=items):
                parts += items
            case ast.Dict(keys=keys, values=values):
                parts += [item for key, item in zip(keys, values, strict=True) if key is None]


def _pairs(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.FunctionDef):
        decorators = (one for one in node.decorator_list if isinstance(one, ast.Call) and one.args)
        yield from ((_text(one.args[0]), node.name) for one in decorators)
    value = getattr(node, "value", None)
    if isinstance(value, ast.Dict):
        items = zip(value.keys, value.values, strict=True)
        yield from ((_text(key), item.id) for key, item in items if isinstance(item, ast.Name))
    if isinstance(node, ast.Assign) and isinstance(value, ast.Name):
        places = (one for one in node.targets if isinstance(one, ast.Subscript))
        yield from ((_text(one.slice), value.id) for one in places)


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
