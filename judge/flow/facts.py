"""What is known of one value."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

HALVES = ("bfloat16", "float16")
FLOATS = ("float64", "float32", *HALVES)
MANY = (
    64  # roots or roundings; more are not told apart, so that nobody's program costs the square of its length
)
UPDATE = "update"  # what a value depends on when it comes from updated parameters
UNKNOWN = "unknown"
DATA = frozenset({"inputs", "targets"})

Degree = Fraction | None


@dataclass(slots=True, kw_only=True)
class Fact:
    """One value, as the walk sees it. Nobody changes one; to make frozen ones took a quarter of the walk.

    Attributes:
        depends: roles it depends on in any way: "inputs", "targets", "seed", "learning_rate", "loss_scale",
            "update",
            "unknown".
        data: "inputs" and "targets", but not by way of an updated parameter.
        scale, lr: degree in the loss scale and in the learning rate, None when unknown.
        zero: filled with zeros: it has any degree. lost: not finite, or made of what isn't, or of a zero that
            was divided by: nobody can tell its factors any more.
        roots: the operands that it is only a cast, a copy or a rearrangement of; itself if these are MANY.
        rounded: steps that rounded it on the way from its roots.
        touched: half dtypes that it, or what it was computed from, passed through.
        narrow: exactly representable in a half dtype, give or take a division by the loss scale.
        parameter: computed from parameters alone.
    """

    dtype: str
    shape: tuple[int, ...] = ()
    depends: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    scale: Degree = Fraction(0)
    lr: Degree = Fraction(0)
    zero: bool = False
    lost: bool = False
    roots: frozenset[int] = frozenset()
    rounded: tuple[int, ...] = ()
    touched: frozenset[str] = frozenset()
    narrow: bool = False
    parameter: bool = False
    value: float | None = None

    def but(self, **changes: Any) -> "Fact":  # noqa: ANN401 - of each field its own
        """The same value with some fields changed; `dataclasses.replace` takes four times as long.

        Raises:
            AttributeError: there is no such field.
        """
        made = Fact.__new__(Fact)
        made.dtype, made.shape, made.value = self.dtype, self.shape, self.value
        made.depends, made.data, made.touched = self.depends, self.data, self.touched
        made.scale, made.lr, made.zero, made.lost = self.scale, self.lr, self.zero, self.lost
        made.roots, made.rounded = self.roots, self.rounded
        made.narrow, made.parameter = self.narrow, self.parameter
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    @property
    def size(self) -> int:
        """How many numbers."""
        return math.prod(self.shape)

    @property
    def half(self) -> bool:
        """Whether the dtype is a half precision one."""
        return self.dtype in HALVES

    @property
    def floating(self) -> bool:
        """Whether the dtype has a fraction at all."""
        return self.dtype in FLOATS

    @property
    def pure_scale(self) -> bool:
        """Made of the loss scale and constants alone, with a degree in it."""
        return self.depends == {"loss_scale"} and self.scale != 0
