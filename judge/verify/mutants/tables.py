"""Which function of correct.py is which of its styles, where it is a plain function."""

import ast
from collections.abc import Iterator


def styles(source: str) -> dict[str, str]:
    """Name in the table -> function.

    Read are `@decorator("name")`, `{"name": function}` and `TABLE["name"] = function` at the top level.
    """
    tree = ast.parse(source)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    pairs = (pair for node in tree.body for pair in _pairs(node))
    return {name: function for name, function in pairs if name and function in functions}


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
