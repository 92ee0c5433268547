"""What a submission made of scale and count in each public case, beside what had to become of them.

What happened in a case is read of what is expected: where the scale isn't halved, all gradients were finite.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from judge.evidence import ArrayValue
from judge.pitfalls.reading.clues import CaseClue, Clues
from judge.problem.model import ArraySpec

ROLES = ("loss", "loss_scale", "good_steps")
CONSTANTS = ("scale_growth", "scale_backoff", "scale_most", "scale_least")
ENOUGH = 2  # good steps whose losses tell that all losses are multiplied
FORMATS = {"float16": "e", "float32": "f", "float64": "d"}  # how each number of an array is packed


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The exercise's constants."""

    growth: float
    backoff: float
    most: float
    least: float

    def grown(self, scale: float) -> float:
        """The scale after growth."""
        return min(scale * self.growth, self.most)

    def reduced(self, scale: float) -> float:
        """The scale after an overflow."""
        return max(scale * self.backoff, self.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Loss, scale and count as they were returned, or should have been."""

    loss: float
    scale: float
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case.

    Attributes:
        scale, count: what the step was given. full: its good step is the one at which the scale grows.
        overflowed: some gradient isn't finite.
        loss_right: whether the loss passes.
    """

    name: str
    scale: float
    count: int
    full: bool
    overflowed: bool
    expected: Numbers
    actual: Numbers
    loss_right: bool

    @property
    def scale_right(self) -> bool:
        """Whether the next scale is the right one."""
        return self.actual.scale == self.expected.scale

    @property
    def count_right(self) -> bool:
        """Whether the next count is the right one."""
        return self.actual.count == self.expected.count

    @property
    def ratio(self) -> float:
        """What the scale was multiplied by."""
        return self.actual.scale / self.scale

    @property
    def blown_up(self) -> bool:
        """Whether the returned loss isn't finite and should be."""
        return math.isfinite(self.expected.loss) and self.lost

    @property
    def lost(self) -> bool:
        """Whether the returned loss isn't finite."""
        return not math.isfinite(self.actual.loss)


def rule_of(clues: Clues) -> Rule | None:
    """The exercise's rule for the scale, None where it has none."""
    constants, roles = clues.problem.constants, clues.problem.element_roles
    if not set(ROLES) <= set(roles) or not set(CONSTANTS) <= set(constants):
        return None
    growth, backoff, most, least = (constants[name] for name in CONSTANTS)
    return Rule(growth=growth, backoff=backoff, most=most, least=least)


def outcomes(clues: Clues) -> tuple[Outcome, ...]:
    """All public cases; none where some of them gave no such numbers."""
    return clues.once(_outcomes)


def _outcomes(clues: Clues) -> tuple[Outcome, ...]:
    rule, roles = rule_of(clues), clues.problem.element_roles
    if rule is None:
        return ()
    public = [case for case in clues.cases if case.visibility == "public"]
    found = [_outcome(clues, case, rule, roles) for case in public]
    told = [one for one in found if one is not None]
    return _as_unscaled(clues, told) if len(told) == len(found) else ()


def _as_unscaled(clues: Clues, found: list[Outcome]) -> tuple[Outcome, ...]:
    """The cases, their losses compared as they were multiplied where all good steps' are: by the scale."""

    def is_scaled(one: Outcome) -> bool:
        return _near(clues, one.actual.loss, single(one.expected.loss * one.scale))

    good = [one for one in found if not one.overflowed and math.isfinite(one.expected.loss)]
    if len(good) < ENOUGH or any(one.loss_right for one in good if one.scale != 1):
        return tuple(found)
    scaled = all(map(is_scaled, good))
    return tuple(replace(one, loss_right=is_scaled(one)) if scaled else one for one in found)


def _outcome(clues: Clues, case: CaseClue, rule: Rule, roles: Sequence[str]) -> Outcome | None:
    expected, actual = _numbers(clues, case.expected, roles), _numbers(clues, case.actual, roles)
    given = [case.arguments.get(clues.name(role)) for role in ("loss_scale", "good_steps", "growth_interval")]
    if expected is None or actual is None or None in given:
        return None
    scale, count, interval = (float(number or 0) for number in given)
    scale = single(scale)
    full = count + 1 >= interval
    good = (single(rule.grown(scale)), 0.0) if full else (scale, count + 1)
    return Outcome(
        name=case.name,
        scale=scale,
        count=int(count),
        full=full,
        overflowed=(expected.scale, expected.count) != good,
        expected=expected,
        actual=actual,
        loss_right=_near(clues, actual.loss, expected.loss),
    )


def _numbers(clues: Clues, value: object, roles: Sequence[str]) -> Numbers | None:
    returns = clues.problem.returns
    if not isinstance(value, ArrayValue) or not isinstance(returns, ArraySpec):
        return None
    found = _unpacked(value)
    if len(found) != len(roles):
        return None
    numbers = dict(zip(roles, map(single, found), strict=True))
    loss, scale, count = (numbers[role] for role in ROLES)
    return Numbers(loss=loss, scale=scale, count=count)


def _unpacked(value: ArrayValue) -> tuple[float, ...]:
    """The numbers of an array of floats, whatever its shape and precision: other mistakes."""
    letter = FORMATS.get(value.dtype)
    count = math.prod(value.shape)
    if letter is None or len(value.data) != count * struct.calcsize(letter):
        return ()
    return struct.unpack(f"<{count}{letter}", value.data)


def _near(clues: Clues, actual: float, expected: float) -> bool:
    if not math.isfinite(expected):
        return actual == expected or (math.isnan(actual) and math.isnan(expected))
    allowed = clues.problem.tolerance.of(ROLES[0])
    return abs(actual - expected) <= allowed.relative * abs(expected) + allowed.absolute


def single(number: float) -> float:
    """A number as float32 has it."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded
