"""How far a returned number may be from the expected one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """The error that is allowed: `|actual - expected| <= relative * |expected| + absolute`.

    Attributes:
        relative: share of `|expected|`, without unit. 2**-6 is two bfloat16 ulps at the top of a
            binade: correct programs differ by at most one (docs/numerics.md).
        absolute: in the unit of the output.
        representable_in: the dtype ("bfloat16") in which every returned number must be exactly
            representable, give or take 2 float32 ulps; None when the problem doesn't ask for it.
    """

    relative: float
    absolute: float = 0.0
    representable_in: str | None = None
