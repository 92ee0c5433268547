"""Places in a YAML file, and the faults found at them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from judge.errors import Fault

Place = tuple[str | int, ...]  # ("cases", 2, "lr")

SHOWN_CHARACTERS = 40


def where(place: Place) -> str:
    """A place as faults show it: `cases[2].data.x`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in place)
    return "".join(parts).removeprefix(".")


def escaped(text: str) -> str:
    """Text from outside made fit for one line of a terminal."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )


def shown(text: str) -> str:
    """Text from a file, escaped, and cut when it is long."""
    return escaped(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "...")


@dataclass(slots=True)
class FaultLog:
    """Collects the faults of one file; the first one at a place is kept, those that follow from it are not.

    Attributes:
        path: the file's name as faults show it.
        lines: place → 1-based line.
        found: places with their faults.
    """

    path: str
    lines: Mapping[Place, int]
    found: dict[Place, list[Fault]] = field(default_factory=dict)

    def include(self, faults: Iterable[tuple[Place, Fault]]) -> None:
        """Takes over faults that were found before."""
        for place, fault in faults:
            self.found.setdefault(place, []).append(fault)

    def add(self, place: Place, what: str) -> None:
        """Notes a fault, unless the place has one already."""
        if place not in self.found:
            fault = Fault(path=self.path, line=self.line(place), where=where(place), what=what)
            self.found[place] = [fault]

    def line(self, place: Place) -> int:
        """The line of a place; of the nearest place around it when it isn't in the file. 0: unknown."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)

    def clean(self, *places: Place) -> bool:
        """Whether there is no fault at or inside of these places."""
        return not any(found[: len(place)] == place for found in self.found for place in places)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them, in the order of the lines."""
        return tuple(sorted((f for faults in self.found.values() for f in faults), key=lambda f: f.line))
