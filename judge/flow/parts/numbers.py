"""The numbers in a program that are made of constants alone; the learning rate counts as one."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence

from judge.flow.program import Constant, Step

Number = float | None
MOST_POWER = 100  # nobody's

SAME = {
    "convert_element_type", "reduce_precision", "reshape", "transpose", "broadcast_in_dim", "squeeze",
    "expand_dims", "copy", "copy_p", "slice", "dynamic_slice", "gather", "stop_gradient", "device_put",
    "optimization_barrier", "row", "rows", "rev", "sharding_constraint", "pvary", "real", "name",
    "split", "unstack",
}  # fmt: skip
PAIRS: Mapping[str, Callable[[float, float], float]] = {
    "add": operator.add,
    "add_any": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "rem": math.fmod,
    "pow": operator.pow,
    "max": max,
    "min": min,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
LOGIC: Mapping[str, Callable[[bool, bool], bool]] = {
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
}
ALONE: Mapping[str, Callable[[float], float]] = {
    "neg": operator.neg,
    "abs": abs,
    "sqrt": math.sqrt,
    "floor": math.floor,
    "ceil": math.ceil,
    "square": lambda number: number * number,
}


def of_constant(constant: Constant, rate: Number) -> Number:
    """The number that fills a constant; `rate` is what the learning rate was where that is part of it."""
    if constant.value is None or not math.isfinite(constant.value) or constant.scale:
        return None
    if not constant.lr:
        return constant.value
    return constant.value / rate**constant.lr if rate else None


def made(step: Step, given: Sequence[Number], *, whole: bool, truth: bool) -> Number:
    """The number that fills a step's result.

    Args:
        whole: the result has an integer dtype. truth: it has that of truth values.
    """
    try:
        number = _made(step, given, truth=truth)
    except (ArithmeticError, ValueError, TypeError):
        return None
    if not isinstance(number, int | float) or not math.isfinite(number):
        return None
    return float(math.trunc(number)) if whole else float(number)


def _made(step: Step, given: Sequence[Number], *, truth: bool) -> object:
    known = [number for number in given if number is not None]
    if not known or given[0] is None:
        return None
    if step.op in SAME:
        return known[0]
    if len(known) < len(given):
        return None
    if step.op in {"concatenate", "stack"}:
        return known[0] if len(set(known)) == 1 else None
    return _alone(step, known[0], truth=truth) if len(known) == 1 else _pair(step, known, truth=truth)


def _alone(step: Step, number: float, *, truth: bool) -> object:
    if step.op == "not":
        return not number if truth else None
    if step.op == "integer_pow":
        power = step.params.get("y")
        return number**power if isinstance(power, int) and abs(power) < MOST_POWER else None
    return ALONE[step.op](number) if step.op in ALONE else None


def _pair(step: Step, pair: Sequence[float], *, truth: bool) -> object:
    one, other = pair[:2]
    if step.op in LOGIC:
        return LOGIC[step.op](bool(one), bool(other)) if truth else None
    return PAIRS[step.op](one, other) if step.op in PAIRS and len(pair) == 2 else None  # noqa: PLR2004 - a pair


def total(terms: Sequence[Number]) -> Number:
    """Their sum, if all are known."""
    known = [one for one in terms if one is not None]
    return sum(known) if len(known) == len(terms) else None


def negative(number: Number) -> Number:
    """The number with the other sign."""
    return None if number is None else -number


def over(number: Number, divisor: Number) -> Number:
    """A quotient; of nothing, nothing, whatever divides it."""
    if number == 0:
        return 0.0
    return number / divisor if number is not None and divisor else None
