"""Which calls the learner's text makes, and where: of optimizers, pullbacks, and others by their names."""

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from judge.flow.program import Frame, Step
from judge.pitfalls.reading.source import CASTING, Source, arguments, called, names_in

INNER = {"<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>"}
OPTIMIZERS = {
    "sgd",
    "scale",
    "scale_by_learning_rate",
    "adam",
    "adamw",
    "momentum",
    "rmsprop",
    "lion",
    "noisy_sgd",
}
SEEDED = {"Rngs", "PRNGKey", "key", "default_rng", "RandomState", "seed"}


def optimizers(text: Source) -> list[ast.Call]:
    """The calls that make optimizers; a name that an object is given, such as `sgd = SGD()`, makes none."""
    own = {
        node.id
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in OPTIMIZERS
    }
    own -= {name for name in own if any(map(_is_optimizer, text.given.get(name, [])))}
    found = [node for node in text.calls if _makes_optimizer(node)]
    return [node for node in found if not (isinstance(node.func, ast.Name) and node.func.id in own)]


def optimizer_lines(text: Source, without: str) -> list[int]:
    """Lines of optimizers that are made without a name among their arguments, in order.

    Where there is none, all of them if the name is given another value somewhere.
    """
    calls = optimizers(text)
    inner = {id(call.func) for call in calls}  # `partial(optax.sgd)` of `partial(optax.sgd)(lr)`
    calls = [call for call in calls if id(call) not in inner]
    bare = [call for call in calls if without not in names_in(call)]
    names = (node for node in ast.walk(text.tree) if isinstance(node, ast.Name) and node.id == without)
    rebound = any(isinstance(name.ctx, ast.Store) for name in names)
    return sorted({call.lineno for call in (bare or calls if rebound else bare)})


def pullback_lines(text: Source) -> list[int]:
    """Lines on which a pullback that `jax.vjp` gave is called, in order."""
    pairs = [
        node.targets[0]
        for node in text.statements
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) == "vjp"
    ]
    names = {
        item.id
        for pair in pairs
        if isinstance(pair, ast.Tuple)
        for item in pair.elts[1:2]
        if isinstance(item, ast.Name)
    }
    return call_lines(text, names)


def call_lines(
    text: Source, names: set[str], *, naming: str | None = None, within: str | None = None
) -> list[int]:
    """Lines on which one of these is called, in order.

    Args:
        naming: only calls with this dtype among their arguments, or a name that it was given.
        within: only calls that are arguments of a call of this name.
    """
    outer = [node for node in ast.walk(text.tree) if isinstance(node, ast.Call) and called(node) == within]
    inside = {item for call in outer for item in arguments(call)}
    return sorted(
        node.lineno
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Call)
        and called(node) in names
        and (within is None or node in inside)
        and (naming is None or any(names_dtype(text, item, naming) for item in arguments(node)))
    )


def rule_line(text: Source, step: Step, fits: Callable[[ast.AST], bool]) -> int | None:
    """The line in a backward rule of the learner's own (`f.defvjp(forward, backward)`) that has what fits.

    JAX knows of a step in there only where `f` was called. None where there are several such lines, or none.
    """
    statement = text.statement(step.place.line or 0) if step.place.phase == "backward" else None
    used = (
        {called(node) for node in ast.walk(statement) if isinstance(node, ast.Call)} if statement else set()
    )
    ruled = {
        ast.unparse(call.args[1])
        for call in ast.walk(text.tree)
        if isinstance(call, ast.Call) and called(call) == "defvjp" and len(call.args) > 1
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in used
    }
    rules = [node for node in text.statements if isinstance(node, ast.FunctionDef) and node.name in ruled]
    lines = {
        node.lineno for rule in rules for node in ast.walk(rule) if isinstance(node, ast.expr) and fits(node)
    }
    return lines.pop() if len(lines) == 1 else None


def is_cast(node: ast.AST) -> bool:
    """Whether this is a call that casts."""
    return isinstance(node, ast.Call) and called(node) in CASTING


def divides(node: ast.AST) -> bool:
    """Whether this is a division, or the product with a reciprocal."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult)


def keyword_line(text: Source, line: int, keyword: str) -> int | None:
    """Where the statement at a line, of several lines, gives this keyword; None where it is on that line."""
    statement = text.statement(line)
    given = [node for node in ast.walk(statement) if isinstance(node, ast.keyword)] if statement else []
    lines = {node.value.lineno for node in given if node.arg == keyword}
    return next(iter(lines - {line}), None) if len(lines) == 1 else None


def keyword_lines(text: Source, keyword: str) -> list[int]:
    """The lines on which a call gives this keyword, in order."""
    given = (node for node in ast.walk(text.tree) if isinstance(node, ast.keyword) and node.arg == keyword)
    return sorted(node.value.lineno for node in given)


def dropped_call(text: Source, frames: Sequence[Frame]) -> Frame | None:
    """The innermost call of the learner's own function of which nothing is kept: `step(model, grads)`.

    Args:
        frames: the way to something that is done in that function, from the inside.
    """
    for inner, frame in pairwise(frames):
        statement = text.statement(frame.line)
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and called(call) == inner.function:
            return frame
    return None


def is_called(text: Source, frame: Frame, caller: Frame) -> bool:
    """Whether a function is named where it is called from; a library calls what it was given before."""
    statement = text.statement(caller.line)
    if statement is None:
        return True
    nodes = list(ast.walk(statement))
    own = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    if frame.function not in INNER:
        return frame.function in own | attributes
    objects = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    plain = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in objects}
    return bool(_inner_names(text, frame.line) & (plain | attributes))


def _inner_names(text: Source, line: int) -> set[str]:
    """What a function without a name may be called by: what it is assigned to, or what makes it and is so."""
    statement = text.statement(line)
    found = {item.name for item in text.around(line)}
    names = set(found)
    for node in text.statements:
        if isinstance(node, ast.Assign):
            for target, value in assigned_pairs(node):
                if node is statement or (isinstance(value, ast.Call) and called(value) in found):
                    names.add(getattr(target, "id", getattr(target, "attr", "")))
    return names


def assigned_pairs(statement: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is given which value: `half, full = to(float16), to(float32)` are two."""
    for target in statement.targets:
        targets, values = (getattr(item, "elts", [item]) for item in (target, statement.value))
        alone = [statement.value] * len(targets)
        yield from zip(targets, values if len(values) == len(targets) else alone, strict=True)


def giving_lines(text: Source, keyword: str, dtype: str, *, beside: str | None = None) -> list[int]:
    """Lines on which a call gives this keyword a value that names a dtype, in order.

    Args:
        beside: only calls that give this keyword as well.
    """
    fitting = (
        given
        for call in text.calls
        if (given := list(_keywords(text, call)))
        and (beside is None or any(name == beside for name, _ in given))
    )
    return sorted(
        {
            value.lineno
            for given in fitting
            for name, value in given
            if name == keyword and names_dtype(text, value, dtype)
        }
    )


def _keywords(text: Source, call: ast.Call) -> Iterator[tuple[object, ast.expr]]:
    """What a call gives by name, also by `**options` of a table that is written out."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
            continue
        name = getattr(keyword.value, "id", None)
        tables = [keyword.value] if name is None else text.given.get(name, [])
        for table in tables if len(tables) == 1 else ():
            entries = zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ()
            yield from ((getattr(key, "value", None), value) for key, value in entries)


def names_dtype(text: Source, expression: ast.expr, word: str) -> bool:
    """Whether a word is an attribute, a text or a name in an expression, or in what its names are given."""
    given = names_in(expression)
    values = [
        value
        for node in text.statements
        if isinstance(node, ast.Assign)
        for target, value in assigned_pairs(node)
        if getattr(target, "id", None) in given
    ]
    return any(word in words_in(item) for item in (expression, *values))


def _makes_optimizer(call: ast.Call) -> bool:
    """`optax.sgd(...)`, `partial(optax.sgd, ...)`, or `optax.inject_hyperparams(optax.sgd)(...)`."""
    if called(call) in OPTIMIZERS:
        return True
    wrapper = call.func if isinstance(call.func, ast.Call) else call
    first = wrapper.args[0] if wrapper.args and called(wrapper) in {"partial", "inject_hyperparams"} else None
    return _is_optimizer(first) and (wrapper is not call or called(call) == "partial")


def _is_optimizer(value: ast.expr | None) -> bool:
    """Whether this is the function of a library that makes one: `optax.sgd`."""
    return isinstance(value, ast.Attribute) and value.attr in OPTIMIZERS


def words_in(expression: ast.expr) -> set[str]:
    """The names, attributes and texts in an expression."""
    nodes = list(ast.walk(expression))
    return {
        *(node.id for node in nodes if isinstance(node, ast.Name)),
        *(node.attr for node in nodes if isinstance(node, ast.Attribute)),
        *(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)),
    }
