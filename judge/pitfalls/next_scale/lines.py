"""The lines at which scale and count are decided, and those at which an update is kept or left out."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from judge.pitfalls.next_scale.bindings import handed_on, key_of
from judge.pitfalls.next_scale.words import (
    ASKING,
    CHOOSING,
    COUNT,
    DATA,
    FLAG,
    INTERVAL,
    KINDS,
    RATE,
    SCALE,
    Words,
    inside,
    words,
)
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import arguments, called

CLOSE = 1e-3
SHIFTING = {"ldexp", "scalbn"}
SCALING = {"scale", "tree_scale", "scalar_mul", "tree_scalar_mul", "tree_scalar_multiply"}
TIMES = {"multiply", "mul", "true_divide", "divide", "floor_divide"}


@dataclass(frozen=True, slots=True)
class Factor:
    """A product of the scale and a number, None where the number is chosen elsewhere."""

    node: ast.AST
    factor: float | None
    other: ast.expr

    @property
    def line(self) -> int:
        """Where it is written."""
        return getattr(self.node, "lineno", 0)


def lines_of(clues: Clues) -> "Lines":
    """Those of a submission."""
    return clues.once(_lines)


def _lines(clues: Clues) -> "Lines":
    names = [(clues.name(role), kind) for role, kind in KINDS.items() if clues.problem.parameter(role)]
    return Lines(words(clues.text.tree, names))


class Lines:
    """What decides about scale and count in a submission's text."""

    def __init__(self, found: Words) -> None:
        self.words = found
        self.nodes = list(ast.walk(self.words.tree))
        self.factors = list(self._factors())

    def times(self, factor: float) -> list[Factor]:
        """Where the scale is multiplied by this number."""
        return [item for item in self.factors if item.factor is not None and is_close(item.factor, factor)]

    @property
    def growths(self) -> list[Factor]:
        """Where the scale becomes larger."""
        return [item for item in self.factors if item.factor is not None and item.factor > 1]

    @property
    def reductions(self) -> list[Factor]:
        """Where it becomes smaller."""
        return [item for item in self.factors if item.factor is not None and item.factor < 1]

    def chosen_factors(self, fits: float | None = None) -> list[int]:
        """Lines at which a factor of the scale is chosen among numbers (those that fit)."""
        return sorted({node.lineno for node in self.chosen_numbers(fits)})

    def chosen_numbers(self, fits: float | None = None) -> list[ast.expr]:
        """The numbers (those that fit) among which a factor of the scale is chosen."""
        found, seen = [], set[str]()
        for item in self.factors:
            if item.factor is None:
                name = key_of(_whole(item.other))
                values = [] if name in seen else self.words.bindings.values.get(name, [])
                seen.add(name)
                for node in inside([item.other, *values]):
                    number = self.words.number(node) if isinstance(node, ast.expr) else None
                    if isinstance(node, ast.expr) and number is not None:
                        found += [node] if fits is None or is_close(number, fits) else []
        return found

    def interval_tests(self) -> list[ast.expr]:
        """Where the count is compared with the interval."""
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Compare | ast.BinOp) and INTERVAL in self._compared(node):
                modulo = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.FloorDiv)
                if isinstance(node, ast.Compare) or modulo:
                    found.append(node)
        return sorted(found, key=lambda node: (isinstance(node, ast.BinOp), node.lineno))

    def _compared(self, node: ast.expr) -> set[str]:
        return self.words.of(node, whole=True) | self.words.compared(node)

    def alias(self, kind: str, flags: set[str]) -> int | None:
        """Where a name that is one of the options was given another name's value, as it is."""
        chosen = self.deciding(kind, flags)
        for node in self.nodes:
            if getattr(node, "lineno", 0) in chosen[-1:] and _tests(node):
                for option in _options(node):
                    values = self.words.bindings.values.get(getattr(option, "id", ""), [])
                    same = [item for item in values if isinstance(item, ast.Name | ast.Attribute)]
                    if len(values) == len(same) == 1 and self.words.of(same[0]) == {kind}:
                        return same[0].lineno
        return None

    def library_calls(self, kind: str) -> list[int]:
        """Lines of calls of what isn't defined here that are given something of a kind, be it handed on."""
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Call):
                own = self.words.bindings.functions.get(called(node), [])
                given = [item for function in own for item in handed_on(function, node)]
                fitting = [
                    item for item in (given if own else arguments(node)) if self.words.of(item) == {kind}
                ]
                found += [(fitting[0] if own else node).lineno] if fitting else []
        return found

    def assigned(self, kind: str, body: Iterable[ast.AST] | None = None) -> list[ast.stmt]:
        """Statements that give a name of this kind a value, in order."""
        nodes = self.nodes if body is None else list(inside(body))
        found = []
        for node in nodes:
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                parts = [part for item in targets for part in _parts(item)]
                unpacks = len(parts) > 1 and isinstance(node.value, ast.Name)
                if not unpacks and any(self.words.kinds.get(key_of(part), set()) == {kind} for part in parts):
                    found.append(node)
        return sorted(found, key=lambda node: node.lineno)

    def deciding(self, kind: str, flags: set[str], *, never: float | None = None) -> list[int]:
        """Lines at which one of several values of a kind is chosen by what is asked.

        Args:
            never: a number that is none of them.
        """
        found = {
            getattr(node, "lineno", 0)
            for node in self.nodes
            if any(flags & self.asks(test) for test in _tests(node))
            and any(kind in self.words.of(item) for item in _options(node))
            and (never is None or all(self.words.number(item) != never for item in _options(node)))
        }
        return sorted(found)

    def choosing(self, changes: Iterable[Factor]) -> list[int]:
        """Lines of expressions by which one of these changes is taken, or something else."""
        wanted = {change.node for change in changes}
        found = (
            node for node in self.nodes if _tests(node) and not wanted.isdisjoint(inside(_options(node)))
        )
        return sorted(getattr(node, "lineno", 0) for node in found)

    def asks(self, test: ast.expr) -> set[str]:
        """What decides in a question."""
        return self.words.of(test, whole=True) | ({FLAG} if self.is_question(test) else set())

    def is_question(self, test: ast.expr) -> bool:
        """Whether an expression asks what is finite."""
        nodes = [node for node in ast.walk(test) if isinstance(node, ast.Name | ast.Attribute | ast.Call)]
        calls = any(isinstance(node, ast.Call) and called(node) in ASKING for node in nodes)
        return calls or any(
            FLAG in self.words.kinds.get(key_of(node), set()) or "finite" in key_of(node) for node in nodes
        )

    def masks(self) -> list[int]:
        """Lines at which gradients, rates or parameters are multiplied by an answer."""
        lines = []
        for node in self.nodes:
            sides = sides_of(node, ast.Mult) or _scaled_by(node)
            kinds = [self.words.of(side) for side in sides]
            for one, other in zip(kinds, reversed(kinds), strict=True):
                if (
                    one == {FLAG}
                    and not other & {SCALE, COUNT, INTERVAL, FLAG}
                    and (other or _is_open(sides))
                ):
                    lines.append(getattr(node, "lineno", 0))
        return sorted(set(lines))

    def masked_rates(self) -> list[int]:
        """Lines at which a rate or 0 is chosen by what is finite."""
        lines = []
        for node in self.nodes:
            options = _options(node)[:2]
            kinds = [self.words.of(item) for item in options]
            if any(FLAG in self.asks(test) for test in _tests(node)) and {RATE} in kinds:
                other = options[1 - kinds.index({RATE})] if len(options) > 1 else None
                if isinstance(other, ast.expr) and self.words.number(other) == 0:
                    lines.append(getattr(node, "lineno", 0))
        return sorted(set(lines))

    def _factors(self) -> Iterator[Factor]:
        for node in self.nodes:
            for operator in (ast.Mult, ast.Div, ast.FloorDiv):
                sides = sides_of(node, operator)
                for scale, other in (sides, sides[::-1]) if sides else ():
                    kinds = self.words.of(scale)
                    if kinds != {SCALE} or {DATA, COUNT, RATE, SCALE} & self.words.of(other):
                        continue
                    if operator is not ast.Mult and scale is not sides[0]:
                        continue
                    number = self.words.number(other)
                    if number is not None and operator is not ast.Mult:
                        number = 1 / number if number else None
                    yield Factor(node, number, other)
                    break
            if isinstance(node, ast.Call) and called(node) in SHIFTING and len(node.args) > 1:
                power = self.words.number(node.args[1])
                if self.words.of(node.args[0]) == {SCALE}:
                    yield Factor(node, None if power is None else 2.0 ** min(power, 64.0), node.args[1])
            sides = sides_of(node, ast.Add)
            twice = bool(sides) and ast.dump(sides[0]) == ast.dump(sides[1])
            if twice and self.words.of(sides[0]) == {SCALE}:
                yield Factor(node, 2.0, sides[1])


def _whole(node: ast.expr) -> ast.expr:
    """What an entry is one of: `table[row][column]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def _is_open(sides: list[ast.expr]) -> bool:
    """Whether a factor is a name of which nothing is known, as a lambda's argument may be."""
    return any(isinstance(side, ast.Name) for side in sides)


def is_close(one: float, other: float) -> bool:
    """Whether two factors are one, whatever rounded them."""
    return abs(one - other) <= CLOSE * abs(other)


def _parts(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]


def sides_of(node: ast.AST, operator: type[ast.operator]) -> list[ast.expr]:
    """The two operands of an operation, [] where it is another."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
        return [node.left, node.right]
    if isinstance(node, ast.AugAssign) and isinstance(node.op, operator):
        return [node.target, node.value]
    if isinstance(node, ast.Call) and called(node) in TIMES and len(node.args) == 2:  # noqa: PLR2004 - a pair
        divides = called(node) not in {"multiply", "mul"}
        return list(node.args) if divides is (operator is ast.Div) and operator in {ast.Div, ast.Mult} else []
    return []


def _scaled_by(node: ast.AST) -> list[ast.expr]:
    """The number and the tree of `optax.tree.scale(number, tree)`."""
    pair = isinstance(node, ast.Call) and called(node) in SCALING and len(node.args) == 2  # noqa: PLR2004 - a pair
    return list(node.args) if pair and isinstance(node, ast.Call) else []


def _tests(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.IfExp | ast.If):
        return [node.test]
    if isinstance(node, ast.Call) and called(node) in CHOOSING and len(node.args) > 2:  # noqa: PLR2004 - all three
        return [node.args[0]]
    return []


def _options(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return list(node.args[1:]) if isinstance(node, ast.Call) else []
