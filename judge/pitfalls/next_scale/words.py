"""Which of the learner's names stand for the scale, the count, the interval, data, or "all are finite".

Read of the text, by names and whatever their order: a step that decides in Python (`if finite:`) shows a
trace one branch only, and the lines of the other are wanted, too. Nobody is accused by what is found here.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from judge.pitfalls.next_scale.arithmetic import computed, read
from judge.pitfalls.next_scale.bindings import Bindings, all_bindings, key_of
from judge.pitfalls.next_scale.held_numbers import answers, entry
from judge.pitfalls.reading.source import called

ROUNDS = 12
GRADIENTS = {"grad", "value_and_grad", "vjp", "linearize", "jacrev", "jacfwd", "jvp"}
ASKING = {"isfinite", "isnan", "isinf", "is_finite", "all_finite", "isposinf", "isneginf"}
CHOOSING = {"where": 1, "select": 1, "cond": 1, "select_n": 1}  # how many arguments say which
BOUNDS = {"min", "max", "minimum", "maximum", "clip", "clamp", "fmin", "fmax"}
MADE_OF = {"float", "int", "float32", "int32", "asarray", "array", "astype", "float16", "uint32", "int64"}
SCALE, COUNT, INTERVAL, DATA, FLAG, RATE = "scale", "count", "interval", "data", "flag", "rate"
KINDS = {
    "loss_scale": SCALE, "good_steps": COUNT, "growth_interval": INTERVAL, "inputs": DATA, "targets": DATA,
    "learning_rate": RATE,
}  # fmt: skip
ANSWERS = [(".last_finite", FLAG)]  # of optax.ApplyIfFiniteState
POWERS = {"pow": ast.Pow(), "power": ast.Pow(), "ldexp": ast.LShift()}
LARGEST = {  # `jnp.finfo(dtype).max`
    "float16": 65504.0, "half": 65504.0, "bfloat16": 3.3895313892515355e38, "float32": 3.4028234663852886e38,
}  # fmt: skip
MOST_NODES = 10_000
DEEPEST = 80
MOST_HOLDERS = 3


@dataclass(slots=True)
class Words:
    """The names of a submission: "name" of a variable, ".name" of an attribute, "[name]" of an entry.

    Attributes:
        settled: whether all is known that follows from what is known; what is left is guessed then.
    """

    tree: ast.Module
    bindings: Bindings
    kinds: dict[str, set[str]] = field(default_factory=dict)
    settled: bool = False
    _numbers: dict[str, float | None] = field(default_factory=dict)
    _asking: dict[ast.AST, bool] = field(default_factory=dict)
    _holders: int = 0

    def of(self, node: ast.AST | None, *, whole: bool = False) -> set[str]:
        """What an expression is made of; with `whole` what decides in it, too."""
        found: set[str] = set()
        for item in leaves(node, whole=whole):
            if isinstance(item, ast.Call):
                found |= {DATA} if called(item) in GRADIENTS else set()
                found |= {FLAG} if called(item) in ASKING else set()
            else:
                found |= self._kinds(item)
        if node is not None and asks(node) and self._is_question(node, found):
            return {FLAG}
        if not found and node is not None and not self._is_open(node) and FLAG in self._deciding(node):
            return {FLAG}  # 1.0 or 0.0
        if DATA in found:
            return {DATA}
        if found == {FLAG} and node is not None and self._is_open(node):
            return set()
        return found - {FLAG} if found & {SCALE, COUNT} and len(found) > 1 else found

    def compared(self, node: ast.AST) -> set[str]:
        """What is compared in an expression, be answers among it; nothing where data is."""
        items = leaves(node, whole=True)
        found = set[str]().union(*(self._kinds(item) for item in items if not isinstance(item, ast.Call)))
        return set() if DATA in found else found

    def _kinds(self, item: ast.AST) -> set[str]:
        """Those of a name; of an entry of which nothing is known those of what it is an entry of."""
        found = self.kinds.get(key_of(item), set())
        while isinstance(item, ast.Subscript) and not found:
            if not self.settled and key_of(item) in self.bindings.values:
                break
            item = item.value
            found = self.kinds.get(key_of(item), set()) if key_of(item) else self._of_holder(item)
        return found

    def _of_holder(self, node: ast.AST) -> set[str]:
        """What an expression is made of whose entry is taken: calls in calls, a few of them."""
        if self._holders >= MOST_HOLDERS:
            return set()
        self._holders += 1
        try:
            return self.of(node)
        finally:
            self._holders -= 1

    def _is_open(self, node: ast.AST) -> bool:
        """Whether something in an expression is a name of which nothing is known yet, and may be."""
        return not self.settled and any(
            self.bindings.values.get(key_of(item)) and not self._kinds(item) and self.number(item) is None
            for item in leaves(node)
        )

    def _is_question(self, node: ast.AST, found: set[str]) -> bool:
        """Whether an expression asks what is finite, or is made of such answers alone."""
        bounds = isinstance(node, ast.Call) and called(node) in BOUNDS and bool(found & {SCALE, COUNT})
        answers = FLAG in found and DATA not in found and not bounds and not self._is_open(node)
        return answers or self._asks_within(node)

    def _asks_within(self, node: ast.AST) -> bool:
        """Whether something in an expression asks what is finite; looked for once, since it never changes."""
        if node not in self._asking:
            self._asking[node] = any(
                compares(item) or (isinstance(item, ast.Call) and called(item) in ASKING)
                for item in ast.walk(node)
            )
        return self._asking[node]

    def _deciding(self, node: ast.AST) -> set[str]:
        tests = [item for item in ast.walk(node) if isinstance(item, ast.IfExp)]
        calls = [item for item in ast.walk(node) if isinstance(item, ast.Call) and called(item) in CHOOSING]
        asked = [item.test for item in tests] + [item.args[0] for item in calls if item.args]
        return set().union(*(self.of(item, whole=True) for item in asked))

    def number(self, node: ast.AST | None, depth: int = 40) -> float | None:
        """The number that an expression is always, None where it isn't one or can't be told."""
        if depth == 0:
            return None
        match node:
            case ast.Constant(value=bool()):
                found = None
            case ast.Constant(value=int() | float() as value):
                found = float(value)
            case ast.Attribute(attr="max", value=ast.Call(args=[dtype]) as made) if called(made) == "finfo":
                found = LARGEST.get(str(getattr(dtype, "attr", getattr(dtype, "value", ""))))
            case ast.Name() | ast.Attribute() | ast.Subscript():
                found = self._number_of(node, depth)
            case ast.UnaryOp(op=ast.USub()):
                found = computed(ast.Sub(), 0.0, self.number(node.operand, depth - 1))
            case ast.BinOp():
                found = computed(
                    node.op, self.number(node.left, depth - 1), self.number(node.right, depth - 1)
                )
            case ast.Call():
                found = self._number_of_call(node, depth)
            case _:
                found = None
        return found

    def _number_of_call(self, node: ast.Call, depth: int) -> float | None:
        name = called(node)
        match node.args:
            case [ast.Constant(value=str() as text)] if name in {"float", "int"}:
                return read(text)
            case [one] if name == "exp2":
                return computed(ast.Pow(), 2.0, self.number(one, depth - 1))
            case [one, other, *_] if name in POWERS:
                return computed(POWERS[name], self.number(one, depth - 1), self.number(other, depth - 1))
            case [one, *_] if name in MADE_OF:
                return self.number(one, depth - 1)
        return self._same(answers(self.bindings, node), depth)

    def _same(self, nodes: Iterable[ast.expr], depth: int) -> float | None:
        """The number that all of these are, None where they are none or several."""
        numbers = {self.number(item, depth - 1) for item in nodes}
        return numbers.pop() if len(numbers) == 1 else None

    def _number_of(self, node: ast.Name | ast.Attribute | ast.Subscript, depth: int) -> float | None:
        """The number that a name is always; one that is made of itself is none."""
        key = key_of(node)
        if isinstance(node, ast.Subscript) and not key:
            return self._same(entry(self.bindings, node), depth)
        if key not in self._numbers:
            self._numbers[key] = None
            values = self.bindings.values.get(key) or answers(self.bindings, node)
            self._numbers[key] = self._same(values, depth)
        return self._numbers[key]


def words(tree: ast.Module, names: Iterable[tuple[str, str]]) -> Words:
    """The names of a text, as far as they can be told, from the parameters' and what these are.

    Nothing is told of a text that would take long to be read.
    """
    tree = ast.Module(body=[], type_ignores=[]) if is_too_much(tree) else tree
    known = {name: {kind} for name, kind in [*names, *ANSWERS]}
    found = Words(tree, all_bindings(tree), known)
    for found.settled in (False, True):
        for _ in range(ROUNDS):
            before = sum(map(len, found.kinds.values()))
            for key, values in found.bindings.values.items():
                for value in values:
                    answer = isinstance(value, ast.Constant) and isinstance(value.value, bool)
                    found.kinds.setdefault(key, set()).update({FLAG} if answer else found.of(value))
            if sum(map(len, found.kinds.values())) == before:
                break
    return found


def is_too_much(tree: ast.Module) -> bool:
    """Whether a text has too many parts, or one that is nested too deeply."""
    level: list[ast.AST] = [tree]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level or count > MOST_NODES:
            break
    return bool(level)


def leaves(node: ast.AST | None, *, whole: bool = False) -> Iterator[ast.AST]:
    """Names, attributes and calls in an expression; not what only decides in it, unless `whole`."""
    if node is None:
        return
    if isinstance(node, ast.Name | ast.Attribute) or (isinstance(node, ast.Subscript) and key_of(node)):
        yield node
    elif isinstance(node, ast.Call):
        yield node
        yield from leaves(_held(node.func), whole=whole)
        skipped = 0 if whole else CHOOSING.get(called(node), 0)
        for given in (*node.args[skipped:], *(keyword.value for keyword in node.keywords)):
            yield from leaves(given, whole=whole)
    elif isinstance(node, ast.IfExp) and not whole:
        yield from leaves(node.body)
        yield from leaves(node.orelse)
    elif not isinstance(node, ast.Compare) or whole:
        for item in ast.iter_child_nodes(node):
            yield from leaves(item, whole=whole)


def _held(function: ast.expr) -> ast.expr | None:
    """What a method is one of, or the call that gives what is called."""
    if isinstance(function, ast.Attribute):
        return function.value
    return function if isinstance(function, ast.Call) else None


def asks(node: ast.AST | None) -> bool:
    """Whether an expression is a question: only of truth values, and of what is finite."""
    if isinstance(node, ast.Call):
        return called(node) not in CHOOSING
    return not isinstance(node, ast.BinOp) or isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor)


def compares(node: ast.AST) -> bool:
    """Whether a comparison asks what is finite: with infinity, or of something with itself."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    endless = any(isinstance(side, ast.Attribute) and side.attr == "inf" for side in sides) or any(
        isinstance(side, ast.Call) and [getattr(item, "value", None) for item in side.args] == ["inf"]
        for side in sides
    )
    pairs = [pair for pair in (sides[:2], *map(_subtracted, sides)) if pair]
    return endless or any(ast.dump(one) == ast.dump(other) for one, other in pairs)


def _subtracted(node: ast.expr) -> list[ast.expr]:
    is_difference = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return [node.left, node.right] if isinstance(node, ast.BinOp) and is_difference else []


def inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes within these."""
    for node in nodes:
        yield from ast.walk(node)
