"""Numbers of many magnitudes on one axis, from 0 to 100 % of a picture's width."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

WHOLE = 100.0  # percent
_SUPERSCRIPTS = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)
_WRITTEN_OUT = 3  # decades that are written as 1,000 and not as a power


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAxis:
    """From 10**first at `begin` to 10**last at `end`, in percent of the width.

    Attributes:
        labels: how many intervals it is parted into at most, so that their labels don't touch on a phone.
    """

    first: int
    last: int
    begin: float = 0.0
    end: float = WHOLE
    labels: int = 7

    def at(self, value: float) -> float:
        """Where a value above 0 is; at an end of the axis what lies beyond it."""
        decades = min(max(math.log10(value), self.first), self.last) - self.first
        return self.begin + (self.end - self.begin) * decades / (self.last - self.first)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Powers of ten at equal distances, with what they are called."""
        step = -(-(self.last - self.first) // self.labels)
        for power in range(self.first, self.last + 1, step):
            yield self.at(10.0**power), power_text(power)


def power_text(power: int) -> str:
    """A power of ten as a person writes it: "0.01", "1", "1,000", "10" with 7 as an exponent."""
    if 0 <= power <= _WRITTEN_OUT:
        return f"{10**power:,}"
    if -_WRITTEN_OUT <= power < 0:
        return f"{10.0**power:.{-power}f}"
    return f"10{str(power).translate(_SUPERSCRIPTS)}"


def percent(value: float) -> str:
    """A coordinate in percent of the width, so that a picture is as wide as its page and its text isn't."""
    return f"{value:.4g}%"
