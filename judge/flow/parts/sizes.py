"""How large several arrays are together."""

from collections.abc import Iterable, Mapping

from judge.flow.program import Program


def sizes(program: Program, operands: Iterable[int]) -> Mapping[str, float] | None:
    """Least, median and largest |value|, how many are zero or not finite; None where nothing was measured.

    The median is that of the arrays' medians.
    """
    found = [program.values[operand] for operand in operands if operand in program.values]
    if not found:
        return None
    low, middle, high, zeros, non_finite = zip(*found, strict=True)
    return {
        "min": min(low),
        "median": sorted(middle)[len(middle) // 2],
        "max": max(high),
        "zeros": sum(zeros),
        "non_finite": sum(non_finite),
    }
