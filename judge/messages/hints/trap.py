"""An exception together with the code that raised it."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from judge.evidence import ExceptionFact
from judge.problem.model import Parameter

LONGEST_CODE = 40  # characters of the learner's code that a sentence repeats
LONGEST_SOURCE = 1 << 16  # characters of a file that is worth parsing for a hint


@dataclass(frozen=True, kw_only=True)
class Trap:
    """What a rule looks at.

    Attributes:
        source: the submission's text.
        parameters: of the entry point. shapes: parameter → shape of its array in the case that raised.
    """

    exception: ExceptionFact
    source: str
    parameters: tuple[Parameter, ...] = ()
    shapes: Mapping[str, tuple[int, ...]]

    @property
    def type(self) -> str:
        """The exception's type, without its module."""
        return self.exception.type

    @property
    def text(self) -> str:
        """What the exception says."""
        return self.exception.message

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """The syntax that the learner's innermost line is a part of, outer before inner."""
        line = self.exception.line
        if line is None or len(self.source) > LONGEST_SOURCE:
            return ()
        try:
            tree = ast.parse(self.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        return tuple(node for node in ast.walk(tree) if _on(node, line))

    def calls(self, *functions: str) -> Iterator[ast.Call]:
        """The calls of these functions on that line; a name stands for a method of it, too."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and _last_name(node.func) in functions:
                yield node

    def code(self, node: ast.AST | None) -> str | None:
        """The learner's own text of an expression, None where it is too long to be repeated in a sentence."""
        text = None if node is None else ast.get_source_segment(self.source, node)
        text = None if text is None else " ".join(text.split())
        return text if text is not None and len(text) <= LONGEST_CODE and "`" not in text else None

    def role(self, role: str) -> str | None:
        """The name of the entry point's parameter with this role."""
        return next((one.name for one in self.parameters if one.role == role), None)


Rule = Callable[[Trap], str | None]


def _on(node: ast.AST, line: int) -> bool:
    """Whether a node has to do with this line; a block is more than its line, so only its head counts."""
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if first is None or last is None:
        return False
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        last = max(first, body[0].lineno - 1)
    return bool(first <= line <= last)


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
