"""What an operation between two numbers of a text gives."""

import ast
import operator
from collections.abc import Callable, Mapping

LARGEST = 1e12  # number that is followed
MOST_BITS = 64  # exponent or shift

OPERATIONS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Pow: operator.pow,
    ast.LShift: lambda one, other: one * 2.0**other,
}


def computed(operation: ast.operator, one: float | None, other: float | None) -> float | None:
    """The result, None where an operand isn't known, or where it is no such number."""
    apply = OPERATIONS.get(type(operation))
    if apply is None or one is None or other is None or max(abs(one), abs(other)) > LARGEST:
        return None
    if isinstance(operation, ast.Pow | ast.LShift) and abs(other) > MOST_BITS:
        return None
    try:
        found = apply(one, other)
    except ArithmeticError:
        return None
    return found if isinstance(found, float) else None


def read(text: str) -> float | None:
    """The number that a text is, None where it is none that is followed."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) <= LARGEST else None
