"""Which line to name for what the numbers tell: where it is decided, or where it should have been."""

import ast
from collections.abc import Iterable

from judge.pitfalls.next_scale.lines import Factor, Lines
from judge.pitfalls.next_scale.told import Told
from judge.pitfalls.next_scale.words import COUNT, FLAG, INTERVAL, SCALE, inside
from judge.pitfalls.reading.clues import Clues

KEPT = 1e-3


def reduced(clues: Clues, told: Told) -> int | None:
    """Where a scale is chosen after an overflow that isn't its half."""
    lines = Lines(clues)
    ratio = told.ratio or 1.0
    if abs(ratio - 1) > KEPT:
        return _first([item.line for item in lines.times(ratio)]) or _first(lines.chosen_factors(ratio))
    branch = _overflow_branch(lines)
    if branch is not None:
        test, body = branch
        inner = lines.assigned(SCALE, body) or _returns(body) or lines.assigned(COUNT, body) or list(body)
        return inner[0].lineno if inner else test.lineno
    chosen = lines.chosen_factors(1.0)
    return _last(lines.deciding(SCALE, {FLAG})) or _last(chosen) or _end(clues, lines)


def grown(clues: Clues, told: Told) -> int | None:
    """Where the scale should have doubled."""
    lines = Lines(clues)
    ratio = told.ratio or 1.0
    if abs(ratio - 1) > KEPT:
        return _first([item.line for item in lines.times(ratio)]) or _first(lines.chosen_factors(ratio))
    tests = lines.interval_tests()
    if (lines.growths or lines.chosen_factors(2.0)) and tests:
        return tests[0].lineno
    for node in lines.nodes:
        if isinstance(node, ast.If) and INTERVAL in lines.words.of(node.test, whole=True):
            inner = lines.assigned(SCALE, node.body) or lines.assigned(COUNT, node.body) or node.body
            return inner[0].lineno
    chosen = lines.deciding(SCALE, {INTERVAL, COUNT}) or lines.deciding(SCALE, {FLAG})
    return _first(chosen) or _first(test.lineno for test in tests) or _end(clues, lines)


def early(clues: Clues, told: Told) -> int | None:
    """Where it is decided that the scale doubles."""
    lines = Lines(clues)
    tests, growths = lines.interval_tests(), [item.line for item in lines.growths]
    if told.after == "good":
        return _first(growths) or _first(lines.chosen_factors(2.0)) or _end(clues, lines)
    return _first(test.lineno for test in tests) or _first(growths) or _end(clues, lines)


def counted(clues: Clues, told: Told) -> int | None:
    """Where the count should have been set to 0."""
    lines = Lines(clues)
    changes: list[Factor] = lines.growths if told.after == "growth" else lines.reductions
    for change in changes:
        body = lines.around(change.line)
        if body and not _decides_by_value(lines, body):
            inner = [item for item in lines.assigned(COUNT, body)]
            return inner[-1].lineno if inner else change.line
    chosen = lines.deciding(COUNT, {FLAG, INTERVAL, COUNT})
    return (
        _last(chosen)
        or _last([item.lineno for item in lines.assigned(COUNT)])
        or _first(item.line for item in changes)
        or _end(clues, lines)
    )


def unbounded(clues: Clues, *, above: bool) -> int | None:
    """Where the scale grows without a cap, or is halved without a floor."""
    lines = Lines(clues)
    changes = lines.growths if above else lines.reductions
    factor = 2.0 if above else 0.5
    multiplied = [item.line for item in lines.factors if item.factor is None]
    return _first(item.line for item in changes) or _first(multiplied if lines.chosen_factors(factor) else ())


def _overflow_branch(lines: Lines) -> tuple[ast.If, list[ast.stmt]] | None:
    """The branch that is taken after an overflow: of a decision about what is finite, the one that isn't good."""
    for test in lines.nodes:
        if not isinstance(test, ast.If) or not lines.is_question(test.test):
            continue
        both = [(test, test.body), (test, test.orelse)]
        good = [_is_good(lines, body) for _, body in both]
        if good[0] != good[1]:
            _, body = both[good.index(False)]
            if not body and _leaves(test.body):
                continue
            return test, body
    return None


def _is_good(lines: Lines, body: list[ast.stmt]) -> bool:
    """Whether a branch has what follows finite gradients: growth, one more in the count."""
    grows = {item.node for item in lines.growths}
    nodes = list(inside(body))
    counts = any(
        (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and COUNT in lines.words.of(node))
        or (
            isinstance(node, ast.AugAssign)
            and COUNT in lines.words.of(node.target)
            and isinstance(node.op, ast.Add)
        )
        for node in nodes
    )
    return counts or any(node in grows for node in nodes)


def _leaves(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Return) for node in body)


def _decides_by_value(lines: Lines, body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Return)


def _returns(body: Iterable[ast.stmt]) -> list[ast.stmt]:
    return [node for node in body if isinstance(node, ast.Return)]


def _end(clues: Clues, lines: Lines) -> int | None:
    """Where the scale gets its last value, or is returned."""
    assigned = [item.lineno for item in lines.assigned(SCALE)]
    own = [line for line in assigned if clues.text.enclosing(line) is not None]
    return _last(own) or clues.text.last_return(clues.problem.entry_point)


def _first(lines: Iterable[int]) -> int | None:
    return next(iter(lines), None)


def _last(lines: Iterable[int]) -> int | None:
    return max(lines, default=None)
