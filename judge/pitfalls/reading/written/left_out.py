"""What is left out: an argument of a call, so that a default decides; a leaf of what others go through."""

import ast

from judge.flow.program import Step
from judge.pitfalls.reading.source import OWN, Source, arguments, called, names_in
from judge.pitfalls.reading.written.bindings import class_of, default, parameters


def leaving_out(text: Source, line: int, makers: set[str], *, plain: bool = False) -> int | None:
    """The line of the one call which doesn't give what a line hands on to one of these, but has a default.

    It is a parameter of the function around that line, held by a method's object under its own name, or a
    record's field. None where it is given, where there are several calls, or none, or some can't be read.

    Args:
        plain: only names that are handed on as they are, and none that something is made of.
    """
    statement, around = text.statement(line), text.enclosing(line)
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
    given = [item for call in calls if called(call) in makers for item in arguments(call)]
    nodes = [node for item in given for node in ([item] if plain else ast.walk(item))]
    if statement is None or around is None:
        return None
    made = defaults_made_by(around, makers) & names_in(statement)
    if not nodes and not made:
        return None
    names = {node.id for node in nodes if isinstance(node, ast.Name)} - OWN | made
    found = _of(text, around.name, _optional(around), names)
    if found is None:
        held = {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_own(node.value)}
        owner = class_of(text, around)
        held |= made if around.name == "__init__" else set()
        found = None if owner is None else _of(text, owner.name, _fields(owner), held)
    return found or _of_record(text, {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def defaults_made_by(function: ast.FunctionDef, makers: set[str]) -> set[str]:
    """The parameters whose default is what one of these makes: `rngs=nnx.Rngs(0)`."""
    usual = {name: default(function, name) for name in parameters(function)}
    return {name for name, value in usual.items() if isinstance(value, ast.Call) and called(value) in makers}


def _of_record(text: Source, names: set[str]) -> int | None:
    """The call that makes the one record in a text which has a field of these names."""
    classes = {node: _fields(node) for node in text.statements if isinstance(node, ast.ClassDef)}
    having = [(owner, fields) for owner, fields in classes.items() if names & set(fields)]
    return _of(text, having[0][0].name, having[0][1], names) if len(having) == 1 else None


def _of(text: Source, name: str, optional: dict[str, bool], used: set[str]) -> int | None:
    """The only call of this name, where it gives none of those that are used.

    Args:
        optional: the names that it can give, in their order, and whether each has a default.
    """
    used &= set(optional)
    calls = [node for node in text.calls if called(node) == name]
    if len(calls) != 1 or not used or not all(optional[one] for one in used):
        return None
    call = calls[0]
    if any(isinstance(item, ast.Starred) for item in call.args):
        return None
    keywords = {keyword.arg for keyword in call.keywords}
    positional = set(list(optional)[: len(call.args)])
    return None if None in keywords or used & (keywords | positional) else call.lineno


def _optional(function: ast.FunctionDef) -> dict[str, bool]:
    """Names in the order of a call, and whether they have a default."""
    return {name: default(function, name) is not None for name in parameters(function)}


def _fields(owner: ast.ClassDef) -> dict[str, bool]:
    """The same of a class: what its `__init__` takes, or what a dataclass declares."""
    for item in owner.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            return _optional(item)
    declared = [item for item in owner.body if isinstance(item, ast.AnnAssign)]
    return {item.target.id: item.value is not None for item in declared if isinstance(item.target, ast.Name)}


def _is_own(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in OWN


def spared(text: Source, step: Step) -> int | None:
    """The line on which what isn't to go through a step is let through, where its own statement chooses.

    `g / scale if g.ndim > 1 else g` is such a choice, and so is an `if` that returns the quotient, or a name
    that is returned behind it.
    """
    for frame in step.place.frames:
        statement = text.statement(frame.line)
        if statement is None:
            continue
        choices = [node for node in ast.walk(statement) if isinstance(node, ast.IfExp)]
        for choice in choices:
            options = [choice.body, choice.orelse]
            plain = [item for item in options if isinstance(item, ast.Name)]
            if len(plain) == 1 and _divides(options[1 - options.index(plain[0])]):
                return plain[0].lineno
        line = _behind(text, statement)
        if line is not None:
            return line
    return None


def _behind(text: Source, statement: ast.stmt) -> int | None:
    """The other return of a function that returns this one's value under an `if`, and else a parameter."""
    function = text.enclosing(statement.lineno)
    if not isinstance(statement, ast.Return) or statement.value is None or function is None:
        return None
    if not _divides(statement.value):
        return None
    given = text.parameters(statement.lineno)
    others = [node for node in ast.walk(function) if isinstance(node, ast.Return) and node is not statement]
    plain = [node.lineno for node in others if isinstance(node.value, ast.Name) and node.value.id in given]
    return plain[0] if len(plain) == 1 else None


def _divides(node: ast.expr) -> bool:
    """Whether a product or a quotient is made in an expression."""
    return any(
        isinstance(item, ast.BinOp) and isinstance(item.op, ast.Div | ast.Mult) for item in ast.walk(node)
    )
