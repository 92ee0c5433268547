"""How facts pass through what only moves, casts or chooses values; and what the other rules share."""

import math
from collections.abc import Sequence
from fractions import Fraction

from judge.flow.facts import HALVES, MANY, Degree, Fact
from judge.flow.program import Step

MANTISSA = {7: "bfloat16", 10: "float16"}  # bits that lax.reduce_precision leaves
WIDER = {"float32", "float64"}


def merged(facts: Sequence[Fact], base: Fact) -> Fact:
    """`base` (dtype and shape of the result) with everything that any operand depends on."""
    return base.but(
        depends=dependence(facts),
        data=frozenset().union(*(fact.data for fact in facts)),
        touched=frozenset().union(*(fact.touched for fact in facts)) | _own(base),
        parameter=any(fact.parameter for fact in facts) and not any(fact.data for fact in facts),
        narrow=base.half,
        lost=any(fact.lost for fact in facts),
    )


def dependence(facts: Sequence[Fact]) -> frozenset[str]:
    """All that any of them depends on."""
    return frozenset().union(*(fact.depends for fact in facts))


def _own(base: Fact) -> frozenset[str]:
    return frozenset({base.dtype}) & frozenset(HALVES)


def agreed(degrees: Sequence[tuple[Degree, bool]]) -> Degree:
    """The degree of a sum: that of its terms, None when they disagree; zeros agree with anything."""
    found = {degree for degree, zero in degrees if not zero}
    return found.pop() if len(found) == 1 else Fraction(0) if not found else None


def sum_degrees(facts: Sequence[Fact], result: Fact) -> Fact:
    """`result` with the degrees of a sum of these."""
    return result.but(
        scale=agreed([(fact.scale, fact.zero) for fact in facts]),
        lr=agreed([(fact.lr, fact.zero) for fact in facts]),
    )


def power_of(fact: Fact, power: Fraction, result: Fact) -> Fact:
    """`result` with the degrees of a power of this fact."""
    return result.but(
        scale=None if fact.scale is None else fact.scale * power,
        lr=None if fact.lr is None else fact.lr * power,
    )


def moved(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Rearrangements, casts and choices: the values stay what they are."""
    floats = [fact for fact in facts if fact.floating or fact.dtype == base.dtype] or list(facts)
    result = sum_degrees(floats, merged(floats, base))
    rounding = _rounding(step, floats, base)
    terms = [fact for fact in floats if not fact.zero] or floats
    return result.but(
        depends=dependence(facts),
        zero=all(fact.zero for fact in floats),
        roots=frozenset() if _fills(terms, base) else _roots(terms),
        rounded=_roundings(floats) + ((step.index,) if rounding else ()),
        touched=result.touched | ({rounding} if rounding else frozenset()),
        narrow=bool(rounding) or base.half or all(fact.narrow or fact.zero for fact in floats),
        parameter=any(fact.parameter for fact in floats) and not result.data,
        value=facts[0].value if len(facts) == 1 else None,
    )


def _roots(facts: Sequence[Fact]) -> frozenset[int]:
    """The roots of all of them, none where there are too many: then the result is a value of its own."""
    found: set[int] = set()
    for fact in facts:
        found |= fact.roots
        if len(found) > MANY:
            return frozenset()
    return frozenset(found)


def _roundings(facts: Sequence[Fact]) -> tuple[int, ...]:
    found = dict.fromkeys(item for fact in facts[:MANY] for item in fact.rounded)
    return tuple(found)[:MANY]


def _fills(facts: Sequence[Fact], base: Fact) -> bool:
    """Whether an array is made from one constant: each such array is a value of its own."""
    return len(facts) == 1 and facts[0].size == 1 < base.size and facts[0].value is not None


def precision(step: Step) -> str:
    """The half dtype whose bits a `reduce_precision` leaves, "" when it is none."""
    bits = step.params.get("mantissa_bits")
    return MANTISSA.get(bits, "") if isinstance(bits, int) else ""


def _rounding(step: Step, facts: Sequence[Fact], base: Fact) -> str:
    """The half dtype that this step rounds to, "" when it rounds nothing."""
    if step.op == "reduce_precision":
        return precision(step)
    return base.dtype if base.half and any(fact.dtype in WIDER for fact in facts) else ""


def chosen(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`select_n`: one of the operands after the first, which says which.

    A constant may stand in for any value, as in `jnp.nan_to_num`. Of constants alone it depends on the data
    which one is chosen.
    """
    made = [fact for fact in facts[1:] if fact.depends]
    result = sum_degrees(made, moved(step, facts[1:], base))
    data = result.data if made else facts[0].data
    return result.but(depends=result.depends | facts[0].depends, data=data)


def clamped(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`clamp`: the middle operand, within bounds; its degrees, if they are the bounds' as well."""
    result = moved(step, facts[1:2], base)
    bounds = [fact for fact in facts if fact.value is None or math.isfinite(fact.value)]
    return sum_degrees(bounds, result).but(depends=dependence(facts))


def overwritten(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`scatter`, `dynamic_update_slice`.

    A full overwrite takes the new values, a partial one is a mixture.
    """
    if step.op == "dynamic_update_slice":
        new, old = facts[1], facts[0]
    else:
        new, old = facts[-1], facts[0]
    return moved(step, [new] if new.size >= old.size else [new, old], base)


def looked_up(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`gather` and slices: part of the first operand."""
    result = moved(step, facts[:1], base)
    return result.but(depends=dependence(facts))
