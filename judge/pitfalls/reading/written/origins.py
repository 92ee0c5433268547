"""Where what a line uses was decided on: followed back through names, parameters, attributes and tables."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from judge.flow.program import Frame
from judge.pitfalls.reading.calls import call_lines, giving_lines
from judge.pitfalls.reading.columns import is_within
from judge.pitfalls.reading.source import CASTING, OWN, Source, called, names_in, own_nodes
from judge.pitfalls.reading.written.bindings import (
    argument,
    assigned,
    attribute_values,
    calls_of,
    default,
    how,
    parameters,
)
from judge.pitfalls.reading.written.settings import asks, setting

MOST = 40  # turns that anything is followed for

Functions = tuple[ast.FunctionDef, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An expression, the functions that it stands in (innermost first), and which frame runs it."""

    node: ast.expr
    scope: Functions = ()
    frame: int | None = None


@dataclass(slots=True, kw_only=True)
class Origins:
    """Follows expressions of the lines that ran, for a while.

    Attributes:
        constants: whether names that hold dtypes are followed, too; or else they are as good as those.
        handed: whether only what is handed on is followed, to the call that gives it.
        plain: names that say what they are, in small letters, as `full` does: they aren't followed.
        left: turns that are left, for all that is followed.
    """

    text: Source
    frames: Sequence[Frame]
    constants: bool = True
    handed: bool = False
    plain: frozenset[str] = frozenset()
    left: int = MOST
    _maps: dict[int, list[tuple[ast.Call, ast.Lambda]]] = field(default_factory=dict)

    def at(self, node: ast.expr, frame: int) -> Place:
        """An expression of a frame's line."""
        return Place(node, tuple(self.text.around(self.frames[frame].line)), frame)

    def outside(self, node: ast.expr) -> Place:
        """An expression that may stand anywhere."""
        return Place(node, tuple(self.text.around(node.lineno)))

    def of(self, place: Place) -> Place:
        """The expression that decides: what is written there is handed on by all others."""
        while self.left > 0:
            self.left -= 1
            before = self._before(place)
            if before is None:
                break
            place = before
        return place

    def _before(self, place: Place) -> Place | None:
        if isinstance(place.node, ast.Name):
            return None if place.node.id.lower() in self.plain else self._of_name(place, place.node.id)
        if isinstance(place.node, ast.Attribute):
            foreign = place.node.attr == "dtype" and getattr(place.node.value, "id", "") not in OWN
            return None if foreign or not self.constants else self._of_attribute(place.node.attr)
        return self._of_key(place)

    def _of_name(self, place: Place, name: str) -> Place | None:
        mapped = self._of_lambda(place, name)
        if mapped is not None:
            return mapped
        for depth, function in enumerate(place.scope):
            given = sorted(assigned(own_nodes(function), name), key=lambda item: item[0])
            before = [item for item in given if depth or item[0] < place.node.lineno]
            if before:
                plain = isinstance(before[-1][1], ast.Attribute | ast.Constant) and not self.constants
                unsure = self.handed or plain or (depth and len(given) > 1)
                scope = place.scope[depth:]
                return None if unsure else self._of_given(name, *before[-1], scope, place.frame)
            if name in parameters(function):
                return self._of_parameter(function, name, place.frame)
        given = list(assigned(self.text.tree.body, name)) if self.constants else []
        return self._of_given(name, *given[0], (), None) if len(given) == 1 else None

    def _of_given(
        self, name: str, line: int, value: ast.expr | None, scope: Functions, frame: int | None
    ) -> Place | None:
        """What a name is given on a line; of a tuple, or of one that a function returns, a part."""
        statement = self.text.statement(line) if value is None and self.constants else None
        if not isinstance(statement, ast.Assign):
            return _place(value, scope, frame)
        given: ast.expr | None = statement.value
        if isinstance(given, ast.Call):
            found = [item for item in self.text.statements if getattr(item, "name", None) == called(given)]
            lines = [
                n for item in found if isinstance(item, ast.FunctionDef) for n in self.text.return_lines(item)
            ]
            last = self.text.statement(lines[0]) if len(found) == len(lines) == 1 else None
            given = last.value if isinstance(last, ast.Return) else None
            scope, frame = tuple(self.text.around(lines[0])) if lines else (), None
        names, items = (getattr(one, "elts", []) for one in (statement.targets[0], given))
        plain = [getattr(item, "id", None) for item in names]
        fits = len(names) == len(items) and plain.count(name) == 1
        return Place(items[plain.index(name)], scope, frame) if fits else None

    def _of_lambda(self, place: Place, name: str) -> Place | None:
        """What `map` gives a parameter of the lambda that a name stands in."""
        for call, first in self._mapped(self.text.statement(place.node.lineno)):
            names = [item.arg for item in first.args.args]
            index = names.index(name) + 1 if name in names else len(call.args)
            if index < len(call.args) and any(node is place.node for node in ast.walk(first)):
                return Place(call.args[index], place.scope, place.frame)
        return None

    def _mapped(self, statement: ast.stmt | None) -> list[tuple[ast.Call, ast.Lambda]]:
        """The calls of `map` in a statement that are given a lambda."""
        found = self._maps.get(id(statement))
        if found is None:
            nodes = ast.walk(statement) if statement is not None else ()
            calls = [node for node in nodes if isinstance(node, ast.Call) and called(node) == "map"]
            firsts = [(call, call.args[0]) for call in calls if call.args]
            found = [(call, first) for call, first in firsts if isinstance(first, ast.Lambda)]
            self._maps[id(statement)] = found
        return found

    def _of_parameter(self, function: ast.FunctionDef, name: str, frame: int | None) -> Place | None:
        """What a function was called with: by the frame around it, by its one call, or by all of them."""
        inner = self._running(function, frame)
        caller = None if inner is None else self.frames[inner + 1].line
        where = self.text.tree if caller is None else self.text.statement(caller)
        found = [] if where is None else list(calls_of(self.text, function, where))
        if inner is not None:  # of several in one statement, the one that runs
            one = self.frames[inner + 1]
            found = [
                call for call in found if (call.lineno, call.col_offset) == (one.line, one.column)
            ] or found
        usual = default(function, name)
        given = [argument(call, function, name) for call in found]
        if not given or any(item is not given[0] for item in given):
            return None
        if given[0] is usual:
            outer = [item for item in self.text.around(function.lineno) if item is not function]
            return _place(usual, tuple(outer), None)
        scope = tuple(self.text.around(found[0].lineno))
        return _place(given[0], scope, None if inner is None else inner + 1)

    def _running(self, function: ast.FunctionDef, frame: int | None) -> int | None:
        """Which frame, that another one called, runs a function."""
        first = len(self.frames) if frame is None else frame
        for index in range(first, len(self.frames) - 1):
            one = self.frames[index]
            if one.function == function.name and function in self.text.around(one.line):
                return index
        return None

    def _of_attribute(self, name: str) -> Place | None:
        """What an object's attribute is given, where that is written once."""
        found = list(attribute_values(self.text, name))
        return _place(found[0][1], tuple(self.text.around(found[0][0])), None) if len(found) == 1 else None

    def _of_key(self, place: Place) -> Place | None:
        """The key, written elsewhere, that asks for a precision in a table that is written out."""
        for lookup in ast.walk(place.node):
            if isinstance(lookup, ast.Subscript):
                table = self.table(Place(lookup.value, place.scope, place.frame))
                key = self.of(Place(lookup.slice, place.scope, place.frame)) if table else place
                if key.node is not lookup.slice and asks(key.node):
                    return key
                entry = setting(table, key.node) if table is not None else None
                if entry is not None:
                    return Place(entry)
        return None

    def table(self, place: Place) -> ast.Dict | None:
        """The table that a name or attribute stands for."""
        if not isinstance(place.node, ast.Name | ast.Attribute):
            return None
        follower = Origins(text=self.text, frames=self.frames, left=self.left)
        found = follower.of(place).node
        self.left = follower.left
        if isinstance(found, ast.Call) and called(found) in {"defaultdict", "MappingProxyType", "dict"}:
            found = found.args[-1] if found.args else found
        return found if isinstance(found, ast.Dict) else None


def cast_origins(text: Source, frames: Sequence[Frame]) -> list[Place]:
    """Where it was decided what the casts of the innermost line cast to."""
    origins = Origins(text=text, frames=frames)
    return [origins.of(origins.at(item, 0)) for item in _given(text, frames, 0)]


def chosen_at(
    text: Source, frames: Sequence[Frame], first: int = 0, *, of_values: bool = False
) -> int | None:
    """The line that chose what a frame's casts cast to, where that is an argument, or a default.

    None where the frame itself chooses.

    Args:
        of_values: where the dtype is that of another value, it is who gave that value that chose.
    """
    lines = set()
    for item in _given(text, frames, first):
        other = of_values and isinstance(item, ast.Attribute) and item.attr == "dtype"
        origins = Origins(text=text, frames=frames, constants=False, handed=of_values)
        node = item.value if isinstance(item, ast.Attribute) and other else item
        found = origins.of(origins.at(node, first)).node
        if found is not node:
            lines.add(found.lineno)
    line = lines.pop() if len(lines) == 1 else None
    return None if line is None or text.same_statement(line, frames[first].line) else line


def default_at(text: Source, frames: Sequence[Frame]) -> int | None:
    """Where the number is a default that the innermost line computes with: nobody who called gave another."""
    statement = text.statement(frames[0].line) if frames else None
    function = text.enclosing(frames[0].line) if frames else None
    if statement is None or function is None:
        return None
    origins, lines = Origins(text=text, frames=frames), set()
    for parameter in sorted(names_in(statement) & set(parameters(function)))[:MOST]:
        if default(function, parameter) is not None:
            named = ast.copy_location(ast.Name(parameter, ast.Load()), statement)
            found = origins.of(origins.at(named, 0)).node
            lines |= {found.lineno} if isinstance(found, ast.Constant) else set()
    return lines.pop() if len(lines) == 1 else None


def said_at(text: Source, keyword: str, *, value: object) -> list[int]:
    """The lines on which it is written that calls give a keyword this value, wherever that is."""
    given = [node for node in ast.walk(text.tree) if isinstance(node, ast.keyword) and node.arg == keyword]
    origins = Origins(text=text, frames=())
    found = [origins.of(origins.outside(item.value)).node for item in given[:MOST]]
    return sorted(node.lineno for node in found if isinstance(node, ast.Constant) and node.value is value)


def bound_dtype(text: Source, line: int, dtype: str) -> int | None:
    """Where the one function that a line calls, and no other, was bound to this dtype, as by `partial`."""
    statement = text.statement(line)
    names = (
        {called(node) for node in ast.walk(statement) if isinstance(node, ast.Call)} if statement else set()
    )
    lines = set(giving_lines(text, "dtype", dtype))
    found = {
        keyword.value.lineno
        for node in text.statements
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if called(node.value) == "partial"
        for keyword in node.value.keywords
        if keyword.arg == "dtype" and keyword.value.lineno in lines
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in names and len(call_lines(text, {target.id})) == 1
    }
    return found.pop() if len(found) == 1 else None


def _given(text: Source, frames: Sequence[Frame], index: int) -> list[ast.expr]:
    """What a frame's line gives its casts, and the helper that casts for it, to say how.

    Where several stand in one statement, it is those that run there, if there are such.
    """
    statement = text.statement(frames[index].line)
    names = CASTING | {frame.function for frame in frames[:index]}
    nodes = ast.walk(statement) if statement else ()
    calls = [node for node in nodes if isinstance(node, ast.Call) and called(node) in names]
    for one in frames[: index + 1]:
        running = [call for call in calls if is_within(call, one)]
        if running and text.statement(one.line) is statement:
            calls = running
            break
    return [item for call in calls for item in how(call)][:MOST]


def _place(node: ast.expr | None, scope: Functions, frame: int | None) -> Place | None:
    return None if node is None else Place(node, scope, frame)
