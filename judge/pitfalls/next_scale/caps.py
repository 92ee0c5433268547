"""Whether the scale has a cap where it grows. No case reaches it: only the program, or its text, tells."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from judge.flow.facts import Fact
from judge.flow.program import Step
from judge.flow.training_step import MOVES, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.next_scale.held_numbers import spread
from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.outcomes import Rule
from judge.pitfalls.next_scale.where import unbounded
from judge.pitfalls.next_scale.words import SCALE, inside
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import arguments, called

ENDLESS = 1e30  # no bound, but the end of a format
ROLE = "loss_scale"
BOUNDS = {"min", "max", "clamp"}
FACTORS = {"mul", "div", "add"}
ORDER = {"lt", "le", "gt", "ge"}
SMALLER = {"min", "minimum", "fmin"}
BOUNDING = {*SMALLER, "clip", "clamp"}
LOWER = {"min", "a_min", "lower"}
SMALL = 4.0  # no cap: what is compared with that is a floor, or a factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What holds the scale back where it grows, as far as that is another thing than the exercise's.

    Attributes:
        where: the step or line of a cap that is another number, or of the growth that has none.
        most: that number. None where there is no cap.
    """

    where: Step | int
    most: float | None = None


def cap_of_flow(passes: TrainingStep, roles: tuple[str, ...], rule: Rule) -> tuple[Cap | None, bool]:
    """A wrong or a missing cap, and whether the program shows how the scale grows at all."""
    operand = dict(zip(roles, passes.elements, strict=False)).get(ROLE)
    if operand is None or passes.program.mode != "variables":
        return None, False
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, [operand]))]
    scales = _scales(passes, steps)
    behind = _behind(passes, operand)
    growing = [step for step in behind if scales & set(step.results) and _grows(passes, step, scales)]
    if not growing or any(_is_strange(passes, step, scales) for step in behind):
        return None, False
    bounding = [(step, fact) for step in steps for fact in _caps(passes, step, scales)]
    if not bounding:
        return Cap(where=growing[-1]), True
    limits = {None if fact.half else fact.value for _, fact in bounding}
    if None in limits:
        return None, True
    lower = [
        (step, fact.value) for step, fact in bounding if step.op == "min" and _is_lower(fact.value, rule)
    ]
    asked = any(_is_asked(one, rule) for one in limits)
    others = [(step, fact.value) for step, fact in bounding if step.op not in ORDER and not asked]
    chosen = lower or others  # what is lower holds beside the right one, too
    return (Cap(where=chosen[-1][0], most=chosen[-1][1]) if chosen else None), True


def _is_asked(limit: float | None, rule: Rule) -> bool:
    """Whether a number is the exercise's cap, or what the scale must not have reached before it grows."""
    return limit is not None and rule.most / rule.growth <= limit <= rule.most * rule.growth


def _is_lower(limit: float | None, rule: Rule) -> bool:
    """Whether a number holds the scale back before the exercise's cap does."""
    return limit is not None and SMALL < limit < rule.most / rule.growth


def _scales(passes: TrainingStep, steps: list[Step]) -> set[int]:
    """The scale that was given, and what is made of it and numbers alone, chosen as they may be."""
    found = {port.operand for port in passes.program.inputs if port.role == ROLE and port.operand is not None}
    for step in steps:
        values = step.operands[1:] if step.op == "select_n" else step.operands
        others = [item for item in values if item not in found]
        moved = step.op in MOVES | BOUNDS and len(others) < len(values)
        if moved or (
            step.op in FACTORS
            and len(others) < len(values)
            and all(_numbers(passes, item) for item in others)
        ):
            found.update(step.results)
    return found


def _behind(passes: TrainingStep, operand: int) -> list[Step]:
    """The steps that a number comes from, in order, but those that only say which one is taken."""
    found: dict[int, Step] = {}
    waiting = [operand]
    while waiting:
        item = waiting.pop()
        step = passes.program.maker(item)
        if step is not None and step.index not in found and passes.fact(item).dtype != "bool":
            found[step.index] = step
            waiting.extend(step.operands[1:] if step.op == "select_n" else step.operands)
    return [found[index] for index in sorted(found)]


def _is_strange(passes: TrainingStep, step: Step, scales: set[int]) -> bool:
    """Whether something is made of the scale by an operation of which it isn't known whether it bounds it."""
    known = MOVES | BOUNDS | FACTORS | ORDER
    takes = bool(scales & set(step.operands)) and bool(step.results)
    return takes and step.op not in known and passes.makes(step).floating


def _grows(passes: TrainingStep, step: Step, scales: set[int]) -> bool:
    """Whether a step makes the scale larger, by a number or by what is chosen among numbers."""
    others = [item for item in step.operands if item not in scales]
    if step.op == "add":
        return not others
    numbers = [number for item in others for number in _numbers(passes, item)]
    return (step.op == "mul" and max(numbers, default=0) > 1) or (
        step.op == "div" and step.operands[0] in scales and 0 < min(numbers, default=1) < 1
    )


def _numbers(passes: TrainingStep, operand: int) -> list[float]:
    """The numbers that an operand is, or is chosen among; [] where something else is among them."""
    found, waiting, seen = [], [operand], set[int]()
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        value, step = passes.fact(item).value, passes.program.maker(item)
        if value is not None:
            found.append(value)
        elif step is not None and step.op in MOVES:
            waiting.extend(step.operands[1:] if step.op == "select_n" else step.operands)
        else:
            return []
    return found


def _caps(passes: TrainingStep, step: Step, scales: set[int]) -> list[Fact]:
    """What a step bounds the scale by from above, or the large things that it compares it with."""
    values = [item for item in step.operands if item not in scales]
    if step.op not in {"min", "clamp"} | ORDER or len(values) == len(step.operands):
        return []
    bounds = [passes.fact(item) for item in (values[-1:] if step.op == "clamp" else values)]
    return [fact for fact in bounds if _is_bound(fact)]


def _is_bound(fact: Fact) -> bool:
    """Whether a value bounds from above: in half precision the right bound is infinite, another mistake."""
    return fact.value is None or fact.half or SMALL < abs(fact.value) < ENDLESS


def cap_of_text(clues: Clues, rule: Rule) -> Cap | None:
    """A wrong or a missing cap, of a text that has nothing that could be the right one."""
    lines = lines_of(clues)
    if not lines.growths and not lines.chosen_factors(rule.growth):
        return None
    lower = next(_lower_caps(lines, rule), None)
    if lower is not None or _names(lines, rule.most):
        return lower
    bounding = [node for node in lines.nodes if _bounds(lines, node)]
    if not bounding:
        where = unbounded(clues, above=True)
        return None if where is None else Cap(where=where)
    limits = [_limit(lines, node) for node in bounding]
    if None in limits or any(_is_asked(one, rule) for one in limits):
        return None
    chosen = [
        (node.lineno, limit)
        for node, limit in zip(bounding, limits, strict=True)
        if isinstance(node, ast.Call) or (isinstance(node, ast.Compare) and _is_set_to(lines, node, limit))
    ]
    return Cap(where=chosen[-1][0], most=chosen[-1][1]) if chosen else None


def _is_set_to(lines: Lines, test: ast.Compare, limit: float | None) -> bool:
    """Whether a comparison decides that something becomes the very number that the scale is compared with."""
    for node in lines.nodes:
        options: list[ast.AST] = []
        if isinstance(node, ast.If) and test in ast.walk(node.test):
            options = [
                item.value for item in inside([*node.body, *node.orelse]) if isinstance(item, ast.Assign)
            ]
        elif isinstance(node, ast.IfExp) and test in ast.walk(node.test):
            options = [node.body, node.orelse]
        elif isinstance(node, ast.Call) and called(node) == "where" and test in inside(node.args[:1]):
            options = list(node.args[1:])
        if any(lines.words.number(item) == limit for item in options):
            return True
    return False


def _lower_caps(lines: Lines, rule: Rule) -> Iterator[Cap]:
    """Where the scale that has grown is held back by less, be it beside the right cap."""
    grown = {item.node for item in lines.growths}
    for node in lines.nodes:
        if (
            isinstance(node, ast.Call)
            and called(node) in SMALLER
            and any(part in grown for part in inside(node.args))
        ):
            numbers = [lines.words.number(item) for item in node.args]
            least = min((item for item in numbers if item is not None), default=None)
            if _is_lower(least, rule):
                yield Cap(where=node.lineno, most=least)


def _limit(lines: Lines, node: ast.AST) -> float | None:
    """The number that bounds the scale; None where it isn't known."""
    if isinstance(node, ast.Call):
        named = [item.value for item in node.keywords if item.arg not in LOWER]
        given = [*spread(lines.words.bindings, node.args), *named]
    else:
        given = [item for item in ast.iter_child_nodes(node) if isinstance(item, ast.expr)]
    numbers = [lines.words.number(item) for item in given if SCALE not in lines.words.of(item)]
    return max((item for item in numbers if item is not None), default=None) if None not in numbers else None


def _bounds(lines: Lines, node: ast.AST) -> bool:
    """Whether a node compares the scale with something large, or takes the smaller of both."""
    if isinstance(node, ast.Call) and called(node) in BOUNDING:
        given = arguments(node)
        method = isinstance(node.func, ast.Attribute) and SCALE in lines.words.of(node.func.value)
        if called(node) in {"clip", "clamp"}:
            upper = [item for item in node.keywords if item.arg not in LOWER]
            several = len(node.args) + method + len(upper) > 2  # noqa: PLR2004 - value and lower bound
            named = any(item.arg in {"max", "a_max", "upper"} for item in node.keywords)
            return (several or named or any(isinstance(item, ast.Starred) for item in given)) and (
                method or any(SCALE in lines.words.of(item) for item in given)
            )
        return any(SCALE in lines.words.of(item) for item in inside(given)) and _large(lines, given)
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return any(lines.words.of(item) == {SCALE} for item in sides) and _large(lines, sides)
    return False


def _large(lines: Lines, given: list[ast.expr]) -> bool:
    """Whether something beside the scale isn't known to be small."""
    others = [item for item in given if SCALE not in lines.words.of(item)]
    numbers = [lines.words.number(item) for item in others]
    return any(number is None or number > SMALL for number in numbers)


def _names(lines: Lines, most: float) -> bool:
    """Whether the cap is used anywhere, be it only in a way that isn't understood."""
    plain = {
        item
        for node in lines.nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for item in ast.walk(node.value)
        if lines.words.number(node.value) == most
    }
    return any(
        isinstance(node, ast.expr)
        and node not in plain
        and _is_read(node)
        and lines.words.number(node) == most
        for node in lines.nodes
    )


def _is_read(node: ast.expr) -> bool:
    return not isinstance(node, ast.Name | ast.Attribute) or isinstance(node.ctx, ast.Load)
