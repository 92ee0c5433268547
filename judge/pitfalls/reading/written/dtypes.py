"""Where a dtype is written that a line casts to by a name."""

import ast
import re
from collections.abc import Iterator, Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.source import CASTING, Source, arguments, called
from judge.pitfalls.reading.written.origins import cast_origins

MODULES = {"jnp", "np", "numpy", "ml_dtypes"}
SHORT = {"float16": {"f16", "fp16", "float16"}, "bfloat16": {"bf16", "bfloat16"}}
KEYED = ast.Subscript | ast.Call | ast.arguments | ast.Assign
ALIASES = {"float16": {"float16", "half"}}  # only as attributes of these modules, and as text to a cast


def written_at(text: Source, line: int, dtype: str) -> int | None:
    """The line that writes a dtype which the statement at another line uses without writing it.

    None where that statement writes it itself, and where it can't be known which one is meant: of several,
    the one that gives a value to a name that the cast reads. What is looked up by a key that the text asks
    for was chosen elsewhere; comparisons and lists of dtypes choose nothing,
    and a name that says what it is, as `F16`, is as good as the dtype itself.
    """
    statement = text.statement(line)
    if statement is None or any(True for _ in _written(statement, dtype)):
        return None
    chosen = _chosen(text, dtype)
    found = {node.lineno for node in _written(text.tree, dtype) if node not in chosen}
    if len(found) > 1:
        names = _deciding(statement)
        found = {node.lineno for item in _given(text, names) for node in _written(item, dtype)}
    where = found.pop() if len(found) == 1 and not chosen else None
    return None if where is not None and _says_it(text, where, dtype) else where


def followed_to(text: Source, frames: Sequence[Frame], dtype: str) -> int | None:
    """The line that decides on what the innermost line casts to, wherever it doesn't write a dtype itself.

    None where there are several such lines, or where it is a name's that says what it is, or should be.
    """
    statement = text.statement(frames[0].line) if frames else None
    if statement is None or any(True for _ in _written(statement, dtype)):
        return None
    lines = {place.node.lineno for place in cast_origins(text, frames)}
    where = lines.pop() if len(lines) == 1 else None
    return None if where is None or any(_says_it(text, where, one) for one in SHORT) else where


def layer_with(text: Source, dtype: str) -> int | None:
    """The line on which a layer is made that computes in a dtype; None where there are several."""
    lines = {
        keyword.value.lineno
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Call) and called(node)[:1].isupper()
        for keyword in node.keywords
        if keyword.arg == "dtype" and _is_dtype(keyword.value, dtype)
    }
    return lines.pop() if len(lines) == 1 else None


def _says_it(text: Source, line: int, dtype: str) -> bool:
    statement = text.statement(line)
    names = [getattr(one, "attr", getattr(one, "id", "")) for one in getattr(statement, "targets", ())]
    return any(name.lower() in SHORT.get(dtype, ()) for name in names)


def _written(tree: ast.AST, dtype: str) -> Iterator[ast.expr]:
    """Where a dtype is written: `jnp.float16`, "float16", or in a text such as "compute=float16"."""
    idle = (ast.Compare, ast.Tuple, ast.List, ast.Set)
    skipped = {item for node in ast.walk(tree) if isinstance(node, idle) for item in ast.walk(node)}
    skipped |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    short = ALIASES.get(dtype, set())
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node not in skipped and _is_dtype(node, dtype):
            yield node
        if isinstance(node, ast.Call) and called(node) in CASTING | {"dtype"}:
            said = (item for item in arguments(node) if isinstance(item, ast.Constant))
            yield from (item for item in said if item.value in short - {dtype})


def _is_dtype(node: ast.expr, dtype: str) -> bool:
    if isinstance(node, ast.Attribute):
        base = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        names = ALIASES.get(dtype, {dtype}) if base in MODULES | {"numpy"} else set()
        return node.attr in names
    if isinstance(node, ast.Name):
        return node.id == dtype and isinstance(node.ctx, ast.Load)
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(rf"(?<![a-z]){dtype}\b", node.value) is not None
    )


def _chosen(text: Source, dtype: str) -> set[ast.expr]:
    """The dtypes of tables whose key for them is written by itself, wherever that is."""
    asked = {
        item.value
        for node in ast.walk(text.tree)
        if isinstance(node, KEYED)
        for item in _keys(node)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }
    return {
        value
        for table in ast.walk(text.tree)
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant) and key.value in asked and _is_dtype(value, dtype)
    }


def _keys(node: ast.Subscript | ast.Call | ast.arguments | ast.Assign) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [node.value]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.arguments):
        return [*node.defaults, *(item for item in node.kw_defaults if item is not None)]
    return arguments(node)


def _deciding(statement: ast.stmt) -> set[str]:
    """The names in what a statement's casts are given."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    given = [item for call in calls if called(call) in CASTING for item in _keys(call)]
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for item in given
        for node in ast.walk(item)
        if isinstance(node, ast.Attribute | ast.Name)
    }


def _given(text: Source, names: set[str]) -> Iterator[ast.expr]:
    """What these names are given by assignments."""
    for node in text.statements:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        held = {getattr(target, "attr", getattr(target, "id", None)) for target in targets}
        if held & names and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield node.value
