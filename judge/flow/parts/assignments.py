"""Which expressions of a source are assigned to a name."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from judge.flow.program import Frame

# Line, column, end line, end column, as code objects have them: columns in bytes, from 0.
Region = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A name and what it is given.

    Attributes:
        line: 1-based, of the name. end_column: after its last byte, from 0.
        region: of the expression.
        is_annotated: it says itself what it is.
        later: parts of the expression that are evaluated when they are called.
    """

    name: str
    line: int
    end_column: int
    region: Region
    is_annotated: bool = False
    later: tuple[Region, ...] = ()

    def evaluates(self, region: Region) -> bool:
        """Whether what stands there is evaluated together with the expression."""
        return _holds(self.region, region) and not any(_holds(one, region) for one in self.later)


def assignments(source: str) -> Iterator[Assignment]:
    """Every name that is assigned an expression, as in `a, b = f(), g()` too; none of what isn't Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the learner's strings are the learner's affair
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from _pairs(node.targets[-1], node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield from _pairs(node.target, node.value, is_annotated=isinstance(node, ast.AnnAssign))


def _pairs(target: ast.expr, value: ast.expr, *, is_annotated: bool = False) -> Iterator[Assignment]:
    match target, value:
        case ast.Name(id=name), _:
            yield Assignment(
                name=name,
                line=target.end_lineno or target.lineno,
                end_column=target.end_col_offset or 0,
                region=_region(value),
                is_annotated=is_annotated,
                later=tuple(_region(node.body) for node in ast.walk(value) if isinstance(node, ast.Lambda)),
            )
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, given in zip(targets, values, strict=True):
                yield from _pairs(one, given)


def _holds(outer: Region, inner: Region) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _region(node: ast.expr) -> Region:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def region_of(frame: Frame) -> Region:
    """Where a call of the learner's stands."""
    return frame.line, frame.column, frame.end_line, frame.end_column
