"""What the learner's text says about a line: its statement, the name that is assigned there."""

import ast
from collections.abc import Iterator
from functools import cached_property

OPTIMIZERS = {"sgd", "scale", "scale_by_learning_rate", "adam", "adamw", "momentum", "rmsprop", "lion", "noisy_sgd"}


class Source:
    """A submission's text; everything is empty where it can't be parsed."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module(body=[], type_ignores=[])

    @cached_property
    def _statements(self) -> list[ast.stmt]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]

    def statement(self, line: int) -> ast.stmt | None:
        """The smallest statement that this line is part of."""
        around = [node for node in self._statements if node.lineno <= line <= (node.end_lineno or node.lineno)]
        return min(around, key=lambda node: (node.end_lineno or node.lineno) - node.lineno, default=None)

    def same_statement(self, one: int, other: int) -> bool:
        """Whether two lines belong to one simple statement."""
        if one == other:
            return True
        first = self.statement(one)
        return first is not None and not hasattr(first, "body") and first is self.statement(other)

    def name(self, line: int | None) -> str | None:
        """The name that is assigned by the statement at this line, None when there is not exactly one."""
        node = None if line is None else self.statement(line)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            target = node.target
        else:
            return None
        return target.id if isinstance(target, ast.Name) else None

    def function(self, name: str) -> ast.FunctionDef | None:
        """The last function of this name at the top of the module."""
        found = [node for node in self.tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        return found[-1] if found else None

    def last_return(self, name: str) -> int | None:
        """The line of a function's last `return`, nested functions left out."""
        function = self.function(name)
        if function is None:
            return None
        lines = [node.lineno for node in _own(function) if isinstance(node, ast.Return)]
        return max(lines, default=None)

    def optimizer_calls(self) -> list[ast.Call]:
        """Calls of optax constructors, in order."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and _called(node) in OPTIMIZERS]
        return sorted(calls, key=lambda node: (node.lineno, node.col_offset))

    def call_lines(self, names: set[str]) -> list[int]:
        """Lines on which one of these is called, in order."""
        return sorted(
            node.lineno for node in ast.walk(self.tree) if isinstance(node, ast.Call) and _called(node) in names
        )


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
