"""Where one leaf is handed on as it is by the very choice that has others go through a step."""

import ast

from judge.flow.program import Step
from judge.pitfalls.reading.source import Source


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
