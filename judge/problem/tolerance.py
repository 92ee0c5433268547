"""How far a returned number may be from the expected one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """The error that is allowed: `|actual - expected| <= relative * |expected| + absolute`.

    Attributes:
        relative: share of `|expected|`, without unit. 2**-6 is two bfloat16 ulps at the top of a
            binade: correct programs differ by at most one (docs/numerics.md).
        absolute: in the unit of the output.
        representable_in: the dtype ("bfloat16") in which every returned number must be exactly
            representable, give or take 2 float32 ulps; None when the problem doesn't ask for it.
        non_finite: whether an infinity or NaN may be what is expected; nothing but the same passes then.
        parts: what is allowed elsewhere than that says, by the name of an element or of a tree's leaf.
    """

    relative: float
    absolute: float = 0.0
    representable_in: str | None = None
    non_finite: bool = False
    parts: Mapping[str, "Tolerance"] = field(default_factory=dict)

    def of(self, name: str) -> "Tolerance":
        """What is allowed for a named element or leaf."""
        return self.parts.get(name, self)

    @property
    def exact(self) -> bool:
        """Whether nothing but the expected number passes."""
        return self.relative == self.absolute == 0


EXACT = Tolerance(relative=0.0)
