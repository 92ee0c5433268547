"""How one copy of the parameters came to be what all parts use: kept by a helper, or mapped over."""

import ast
from collections.abc import Sequence
from itertools import pairwise

from judge.flow.program import Frame, Step
from judge.pitfalls.reading.source import CASTING, OWN, Source, arguments, called

MAPS = {"vmap", "vectorize"}
LAMBDA = "<lambda>"


def mapped_over(text: Source, frames: Sequence[Frame]) -> Frame | None:
    """Where a function is called that maps over the parts what is done in there; None where none does."""
    found = None
    names = _mapped(text)
    for inner, outer in pairwise(frames):
        own = names | ({LAMBDA} if _maps_a_lambda(text, inner) else set())
        found = outer if inner.function in own else found
    return found


def kept_for_all(text: Source, copy: Step, otherwise: Frame | None) -> Frame | None:
    """Where a helper keeps a cast copy for whoever asks next, as a cache does; else the given line."""
    frames = copy.place.frames
    inner = frames[: frames.index(otherwise)] if otherwise is not None and otherwise in frames else ()
    return next((frame for frame in inner if _keeps(text.statement(frame.line))), otherwise)


def _keeps(statement: ast.stmt | None) -> bool:
    """Whether a statement casts and puts the result into an object: `cache[name] = value.astype(...)`."""
    if not isinstance(statement, ast.Assign):
        return False
    calls = [node for node in ast.walk(statement.value) if isinstance(node, ast.Call)]
    places = (target for target in statement.targets if isinstance(target, ast.Attribute | ast.Subscript))
    return any(called(call) in CASTING for call in calls) and any(True for _ in places)


def _mapped(text: Source) -> set[str]:
    """The functions of which a map is made: given to it, or decorated with it."""
    names: set[str] = set()
    objects = OWN | _objects(text)
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and called(node) in MAPS and node.args:
            given = _named(node.args[0])
            names |= given | ({"__call__"} if given & objects else set())
        elif isinstance(node, ast.FunctionDef) and any(_is_map(item) for item in node.decorator_list):
            names.add(node.name)
    return names


def _objects(text: Source) -> set[str]:
    """Names that stand for objects which can be called."""
    classes = {
        node.name
        for node in text.statements
        if isinstance(node, ast.ClassDef)
        and any(getattr(item, "name", "") == "__call__" for item in node.body)
    }
    return {
        target.id
        for node in text.statements
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) in classes
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _named(given: ast.expr) -> set[str]:
    """A function by its name, with or without what it is an attribute of, or within `partial(...)`."""
    if isinstance(given, ast.Call):
        return set().union(*(_named(item) for item in arguments(given)))
    if isinstance(given, ast.Attribute):
        return {given.attr}
    return {given.id} if isinstance(given, ast.Name) else set()


def _is_map(decorator: ast.expr) -> bool:
    nodes = [decorator, *(arguments(decorator) if isinstance(decorator, ast.Call) else [])]
    nodes += [decorator.func] if isinstance(decorator, ast.Call) else []
    return any((_named(node) if not isinstance(node, ast.Call) else set()) & MAPS for node in nodes)


def _maps_a_lambda(text: Source, frame: Frame) -> bool:
    """Whether the lambda at a frame's line is given to a map."""
    statement = text.statement(frame.line) if frame.function == LAMBDA else None
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
    given = [item for call in calls if called(call) in MAPS for item in call.args[:1]]
    return any(
        isinstance(item, ast.Lambda) and item.lineno <= frame.line <= (item.end_lineno or item.lineno)
        for item in given
    )
