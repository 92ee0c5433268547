"""What one mistake of the matrix is."""

from collections.abc import Mapping
from dataclasses import dataclass

from matrix.templates import BF16


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What goes into the slots, what must be said of it, and where.

    Attributes:
        slots: text for each slot; a name that ends in "?" is filled where the style has it.
        needs: further slots that the style must have.
        ids: one of these must be reported, the others may be; none where no finding is owed.
        allowed: further ids that may be reported.
        at: the slots and tags whose lines may be named; the filled slots where it is empty.
        area: what it touches, for pairs of independent mistakes.
        half: the half precision dtype that HALF stands for.
        warning: the finding is a warning.
    """

    slots: Mapping[str, str]
    area: str
    ids: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    half: str = BF16
    warning: bool = False


def cast(dtype: str) -> str:
    """A slot's first subject, cast."""
    return f"{{0}}.astype({dtype})"
