"""A program's text and one small change of it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import pairwise

Splice = tuple[int, int, str]  # from here to there, as bytes of the text: what stands there now


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A text with one change.

    Attributes:
        kind: what was done, such as "cast dropped". function: in which function. line: 1-based.
    """

    kind: str
    function: str
    line: int
    source: str
    original: str

    @property
    def name(self) -> str:
        """As a person would name it."""
        return f"line {self.line}, {self.kind}"

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines that differ."""
        lines = unified_diff(self.original.splitlines(), self.source.splitlines(), n=0, lineterm="")
        return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


class Text:
    """A module's text with the places of its nodes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.data = source.encode()
        self.tree = ast.parse(source)
        self._starts = [0]
        for line in self.data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def begin(self, node: ast.expr | ast.stmt) -> int:
        """Where a node begins."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Where it ends."""
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def part(self, begin: int, end: int) -> str:
        """What stands between two places."""
        return self.data[begin:end].decode()

    def spliced(self, splices: Sequence[Splice]) -> str | None:
        """The text with these changes; None where they overlap, or give no Python, or the same."""
        ordered = sorted(splices)
        if any(one[1] > other[0] for one, other in pairwise(ordered)):
            return None
        data = self.data
        for begin, end, new in reversed(ordered):
            data = data[:begin] + new.encode() + data[end:]
        source = data.decode()
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return None
        return None if ast.dump(tree) == ast.dump(self.tree) else source

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Those at its top level."""
        return (node for node in self.tree.body if isinstance(node, ast.FunctionDef))
