"""What NumPy keeps in half precision, and divides in it: read of the text, since no program shows it."""

import ast
import math
from collections.abc import Iterator, Sequence

from judge.pitfalls.next_scale.words import is_too_much
from judge.pitfalls.reading.calls import assigned_pairs, words_in
from judge.pitfalls.reading.source import CASTING, Source, arguments, called, names_in

ROUNDS = 4  # names that are made of names that are made of names
MAKING = CASTING | {"empty", "zeros", "ones", "full", "empty_like", "zeros_like", "full_like"}
HANDING_ON = {"map", "tree_map", "list", "tuple", "zip", "unflatten", "sorted", "reversed"}
DIVIDING, MULTIPLYING = {"divide", "true_divide"}, {"multiply"}
MODULES = {"np", "numpy", "jnp", "jax", "ml_dtypes"}
WIDE = {"float32", "float64", "single", "double"}

Quotient = tuple[ast.expr, ast.expr, ast.expr]  # the whole, what is divided, and by what


class NumpyHalves:
    """The names of half precision arrays in a text, and what is divided by a number of this name.

    Nothing is found in a text that would take long to be read.
    """

    def __init__(self, text: Source, dtype: str, divisor: str) -> None:
        self.text = text
        self.nodes = [] if is_too_much(text.tree) else list(ast.walk(text.tree))
        self.half, self.wide = self._saying({dtype}), self._saying(WIDE)
        self.divisors = self._made_of({divisor})
        self.names: dict[str, float] = {}  # and from which line on
        for _ in range(ROUNDS):
            for target, value, line in self._given():
                if self.holds(value, line):
                    self.names |= {name: min(self.names.get(name, line), line) for name in names_in(target)}

    def divided(self) -> int | None:
        """The first line on which half precision numbers are divided as they are; None where all isn't so."""
        found = list(self._quotients())
        halves = [
            whole.lineno
            for whole, value, by in found
            if self.holds(value, whole.lineno) and not self._wide(by)
        ]
        return min(halves) if halves and len(halves) == len(found) else None

    def rounded(self) -> int | None:
        """The first line on which quotients are rounded to half precision; None where all isn't so."""
        found = list(self._quotients())
        casts = [node for node in self.nodes if isinstance(node, ast.Call) and self._makes(node)]
        inside = {id(item): cast.lineno for cast in casts for part in _cast(cast) for item in ast.walk(part)}
        lines = [
            inside[id(whole)]
            for whole, value, by in found
            if id(whole) in inside and (self._wide(by) or not self.holds(value, whole.lineno))
        ]
        return min(lines) if lines and len(lines) == len(found) else None

    def holds(self, value: ast.expr, line: float) -> bool:
        """Whether an expression on a line is a half precision array, or several."""
        match value:
            case ast.Name():
                return self.names.get(value.id, math.inf) <= line
            case ast.Call() if self._makes(value):
                return True
            case ast.Call() if called(value) in HANDING_ON:
                parts = arguments(value)
            case ast.List() | ast.Tuple():
                parts = value.elts
            case ast.Dict():
                parts = value.values
            case ast.ListComp() | ast.GeneratorExp():
                parts = [value.elt]
            case ast.Lambda():
                parts = [value.body]
            case ast.Subscript() | ast.Attribute() | ast.Starred() | ast.DictComp():
                parts = [value.value]
            case ast.BinOp() if not self._wide(value):
                parts = [value.left, value.right]
            case _:
                parts = []
        return any(self.holds(part, line) for part in parts)

    def _makes(self, call: ast.Call) -> bool:
        """Whether a call makes an array of the dtype, or casts to it."""
        if called(call) not in MAKING:
            return False
        told = (
            call.args if isinstance(call.func, ast.Attribute) and called(call) == "astype" else call.args[1:]
        )
        return any(self.half & words_in(item) for item in (*told, *(k.value for k in call.keywords)))

    def _wide(self, value: ast.expr) -> bool:
        """Whether something in an expression is made to be wider."""
        return bool(self.wide & words_in(value))

    def _saying(self, words: set[str]) -> set[str]:
        """These words, and names for them: `half = ml_dtypes.bfloat16`."""
        pairs = [pair for node in self.nodes if isinstance(node, ast.Assign) for pair in assigned_pairs(node)]
        return words | {
            target.id for target, value in pairs if isinstance(target, ast.Name) and words & words_in(value)
        }

    def _given(self) -> Iterator[tuple[ast.expr, ast.expr, float]]:
        """Names, what they are given by assignments, loops, comprehensions and mapped lambdas, and where.

        What is assigned is there behind its line.
        """
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                behind = (node.end_lineno or node.lineno) + 0.5
                yield from (
                    (one, node.value, behind) for one in node.targets if not isinstance(one, ast.Subscript)
                )
            elif isinstance(node, ast.For | ast.comprehension):
                yield from ((*pair, node.target.lineno) for pair in _in_turn(node.target, node.iter))
            elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Lambda):
                names = [ast.Name(item.arg) for item in node.args[0].args.args]
                pairs = zip(names, node.args[1:], strict=False)
                yield from ((*pair, node.lineno) for pair in pairs)

    def _made_of(self, names: set[str]) -> set[str]:
        """These names, and those that are made of them alone: `inverse = 1.0 / loss_scale`."""
        for name, values in self.text.given.items():
            if any(names_in(value) & names and names_in(value) <= names | MODULES for value in values):
                names = names | {name}
        return names

    def _quotients(self) -> Iterator[Quotient]:
        """All that is divided by the number, or multiplied by its inverse."""
        for node in self.nodes:
            sides: Sequence[ast.expr] = ()
            if isinstance(node, ast.BinOp):
                sides = (node.left, node.right)
                divides, multiplies = isinstance(node.op, ast.Div), isinstance(node.op, ast.Mult)
            elif isinstance(node, ast.Call) and len(node.args) > 1:
                sides = node.args[:2]
                divides, multiplies = called(node) in DIVIDING, called(node) in MULTIPLYING
            if not sides or isinstance(sides[0], ast.Constant):
                continue
            if divides and names_in(sides[1]) & self.divisors:
                yield node, sides[0], sides[1]  # type: ignore[misc] # both are expressions
            elif multiplies:
                yield from ((node, sides[1 - at], by) for at, by in enumerate(sides) if self._inverse(by))  # type: ignore[misc] # as above

    def _inverse(self, value: ast.expr) -> bool:
        """Whether this is one divided by the number."""
        values = self.text.given.get(value.id, []) if isinstance(value, ast.Name) else [value]
        return any(
            isinstance(item, ast.BinOp)
            and isinstance(item.op, ast.Div)
            and isinstance(item.left, ast.Constant)
            and bool(names_in(item.right) & self.divisors)
            for item in values
        )


def _in_turn(target: ast.expr, values: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a loop's names are given: of `zip` each its own."""
    if isinstance(target, ast.Tuple) and isinstance(values, ast.Call) and called(values) == "zip":
        yield from zip(target.elts, values.args, strict=False)
    else:
        yield target, values


def _cast(call: ast.Call) -> list[ast.expr]:
    """What a call casts, or makes an array of."""
    is_method = isinstance(call.func, ast.Attribute) and called(call) == "astype"
    return [call.func.value] if is_method and isinstance(call.func, ast.Attribute) else call.args[:1]
