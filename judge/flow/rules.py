"""How each primitive passes facts on: one line a primitive, and a default for those that aren't here.

The default is careful: what isn't known to be lost counts as kept, and a degree that isn't known is
unknown, so that a primitive nobody thought of can't accuse anybody.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from judge.flow.facts import UNKNOWN, Degree, Fact
from judge.flow.moves import chosen, clamped, looked_up, merged, moved, overwritten, power_of, sum_degrees
from judge.flow.program import Step

Rule = Callable[[Step, Sequence[Fact], Fact], Fact]


def added(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Sums and differences; beside nothing but zeros a term stays what it is."""
    result = sum_degrees(facts, merged(facts, base))
    others = [fact for fact in facts if not fact.zero]
    narrow = result.narrow or (len(others) == 1 and others[0].narrow)
    nothing = not others or (step.op == "sub" and step.operands[0] == step.operands[1])
    result = result.but(zero=nothing, narrow=narrow)
    if len(others) != 1 or (step.op == "sub" and others[0] is not facts[0]):
        return result
    (term,) = others
    if (term.dtype, term.shape) != (base.dtype, base.shape):
        return result
    return result.but(roots=term.roots, rounded=term.rounded)


def totalled(_step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Sums over axes; one number stays what it is."""
    result = sum_degrees(facts, merged(facts, base))
    keeps = facts[0].size == base.size
    return result.but(zero=facts[0].zero, narrow=result.narrow or (keeps and facts[0].narrow))


def multiplied(_step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Products: degrees add."""
    return _scaled(facts, base, 1)


def divided(_step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Quotients: degrees subtract; what was divided by zero isn't known any more."""
    result = _scaled(facts, base, -1)
    return result.but(zero=facts[0].zero, lost=result.lost or facts[-1].zero)


def _scaled(facts: Sequence[Fact], base: Fact, sign: int) -> Fact:
    first, second = facts[0], facts[-1]
    scale = _combined(first.scale, second.scale, sign)
    lr = _combined(first.lr, second.lr, sign)
    result = merged(facts, base).but(scale=scale, lr=lr, zero=first.zero or second.zero)
    keeps = (first.narrow and _harmless(second)) or (sign > 0 and second.narrow and _harmless(first))
    return result.but(narrow=result.narrow or keeps)


def _combined(one: Degree, other: Degree, sign: int) -> Degree:
    return None if one is None or other is None else one + sign * other


def _harmless(factor: Fact) -> bool:
    """Whether multiplying by it keeps a value's few bits.

    A power of two, or the loss scale (back and forth).
    """
    if factor.pure_scale:
        return True
    value = factor.value
    if value is None or value == 0 or value in {float("inf"), float("-inf")} or value != value:  # noqa: PLR0124 - nan
        return False
    numerator, denominator = abs(value).as_integer_ratio()
    return numerator & (numerator - 1) == 0 and denominator & (denominator - 1) == 0


def contracted(_step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`dot_general`: degrees add, bits are lost."""
    return _scaled(facts[:2], base, 1).but(narrow=base.half)


def powered(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`integer_pow`, `pow`, `square`, roots: degrees are multiplied."""
    power: Any = POWERS.get(step.op) or step.params.get("y")
    if step.op == "pow":
        power = facts[1].value
    result = merged(facts, base)
    if isinstance(power, int | float) and not isinstance(power, bool) and abs(power) < 100:  # noqa: PLR2004 - nobody's power
        lost = result.lost or (facts[0].zero and power < 0)
        result = result.but(zero=facts[0].zero and power > 0, lost=lost)
        return power_of(facts[0], Fraction(power), result)
    return bent(step, facts, base)


OPAQUE = ("pure_callback", "io_callback", "ffi_call")
BOUNDS = {"max": -math.inf, "min": math.inf}
POWERS = {"square": 2, "sqrt": 0.5, "rsqrt": -0.5, "cbrt": 1 / 3}


def kept(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Signs, extrema: the degree and the few bits stay."""
    result = sum_degrees(facts, merged(facts, base))
    narrow = result.narrow or all(fact.narrow or fact.zero or _harmless(fact) for fact in facts)
    bound = BOUNDS.get(step.op)  # a limit that holds for every number isn't what comes out
    lost = any(fact.lost and fact.value != bound for fact in facts)
    return result.but(zero=all(fact.zero for fact in facts), lost=lost, narrow=narrow)


def neighbour(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`nextafter`: as good as the first operand."""
    return bent(step, facts, base).but(lost=facts[0].lost)


def judged(_step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Comparisons, signs, counts: no degree."""
    return merged(facts, base).but(lost=False)


def bent(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Anything not linear, and the default: a degree of nothing stays nothing, any other is unknown."""
    free = all(fact.scale == 0 for fact in facts)
    free_lr = all(fact.lr == 0 for fact in facts)
    result = merged(facts, base)
    kept_bits = base.half or (bool(facts) and all(fact.narrow for fact in facts if fact.floating))
    return result.but(
        scale=Fraction(0) if free else None,
        lr=Fraction(0) if free_lr else None,
        narrow=kept_bits and any(fact.floating for fact in facts),
        lost=result.lost
        or any(fact.zero and fact.depends for fact in facts)
        or (step.op == "rem" and facts[-1].zero),
    )


def bitwise(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """Logic of truth values has no degree; that of bits may be anything."""
    return judged(step, facts, base) if base.dtype == "bool" else bent(step, facts, base)


def reread(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """`bitcast_convert_type`: the same values under another name, as long as each number stays one."""
    return (moved if facts[0].shape == base.shape else bent)(step, facts, base)


def _lossy(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    return bent(step, facts, base).but(narrow=base.half)


def foreign(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """What comes back from the host can be anything that was made of the operands."""
    made = bent(step, facts, base)
    return made.but(depends=made.depends | {UNKNOWN})


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        [
            "convert_element_type",
            "reduce_precision",
            "reshape",
            "transpose",
            "broadcast_in_dim",
            "squeeze",
            "expand_dims",
            "copy",
            "copy_p",
            "rev",
            "stack",
            "unstack",
            "device_put",
            "stop_gradient",
            "optimization_barrier",
            "join",
            "row",
            "rows",
            "concatenate",
            "sharding_constraint",
            "pvary",
            "pcast",
            "split",
            "real",
            "device_get",
            "name",
            "reduce_and",
            "symbolic_zeros",
            "stage",
        ],
        moved,
    ),
    "pad": moved,
    "select_n": chosen,
    "clamp": clamped,
    **dict.fromkeys(("scatter", "dynamic_update_slice"), overwritten),
    **dict.fromkeys(("gather", "slice", "dynamic_slice", "dynamic_index_in_dim"), looked_up),
    **dict.fromkeys(("add", "sub", "add_any", "scatter-add", "scatter_add", "scatter_sub"), added),
    **dict.fromkeys(("reduce_sum", "cumsum", "reduce_window_sum", "psum"), totalled),
    **dict.fromkeys(("and", "or", "not", "xor"), bitwise),
    "bitcast_convert_type": reread,
    "mul": multiplied,
    "div": divided,
    "dot_general": contracted,
    **dict.fromkeys(("integer_pow", "pow", "square", "sqrt", "rsqrt", "cbrt"), powered),
    **dict.fromkeys(
        ["neg", "abs", "max", "min", "reduce_max", "reduce_min", "sort", "cummax", "cummin"], kept
    ),
    **dict.fromkeys(
        [
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "is_finite",
            "sign",
            "argmax",
            "argmin",
            "floor",
            "ceil",
            "round",
            "iota",
            "reduce_or",
        ],
        judged,
    ),
    **dict.fromkeys(
        [
            "exp",
            "exp2",
            "log",
            "log1p",
            "expm1",
            "tanh",
            "logistic",
            "erf",
            "sin",
            "cos",
            "pow",
            "atan2",
            "rem",
        ],
        _lossy,
    ),
    "pow": powered,
    "nextafter": neighbour,
    **dict.fromkeys(OPAQUE, foreign),
}


def apply(step: Step, facts: Sequence[Fact], base: Fact) -> Fact:
    """The fact of one result of a step, `base` being its dtype and shape.

    Zeros that were made of something, and what isn't finite, have no known degree, and few bits.
    """
    if not facts:
        return base
    fact = RULES.get(step.op, bent)(step, facts, base)
    if not (fact.lost or (fact.zero and fact.depends)):
        return fact
    return fact.but(scale=None, lr=None, narrow=True)
