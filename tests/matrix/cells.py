"""The matrix: every style with every mistake that makes sense in it, and pairs of independent mistakes."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from matrix.mistakes import MISTAKES, Mistake
from matrix.templates import Style, Written, styles, written

# Areas that have nothing to do with each other: a mistake in one is neither hidden nor changed by another.
FREE = {"seed", "shape"}
APART = {
    frozenset(pair)
    for pair in (
        ("data", "scale"),
        ("data", "unscale-degree"),
        ("data", "update"),
        ("data", "masters"),
        ("data", "lr"),
        ("parameters", "scale"),  # but not "scale-in-bf16": their loss is float32, and so is its product
        ("parameters", "unscale-degree"),
        ("parameters", "update"),  # but not "masters": rounded masters need no cast
        ("parameters", "lr"),
        ("scale-in-bf16", "update"),
        ("scale-in-bf16", "masters"),
        ("scale-in-bf16", "lr"),
        ("scale-in-bf16", "result"),
        ("scale", "update"),
        ("scale", "masters"),
        ("scale", "lr"),
        ("unscale-degree", "masters"),
        ("unscale-degree", "lr"),
        ("unscale-precision", "lr"),
        ("masters", "lr"),
        ("clip", "data"),
        ("clip", "scale-in-bf16"),
        ("clip", "masters"),
        ("clip", "lr"),
        ("clip", "result"),
        ("clip", "final"),
        ("result", "scale"),  # the returned loss is evaluated anew, whatever was differentiated
        ("result", "unscale-degree"),
        ("result", "unscale-precision"),
        ("result", "update"),
        ("result", "masters"),
        ("result", "lr"),
        ("final", "unscale-degree"),
        ("final", "unscale-precision"),
        ("final", "lr"),
        ("final", "scale"),
    )
}
THREE = 3  # styles for each id, ids for each style, in the sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One generated submission: a style with no, one or two mistakes."""

    style: str
    mistakes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Readable, unique, fit for a test's id."""
        return "-".join((self.style, *self.mistakes)).replace("/", ".")

    def written(self) -> Written:
        """The submission."""
        style = styles()[self.style]
        slots = {}
        for name in self.mistakes:
            slots |= filled(style, MISTAKES[name])
        half = next(
            (MISTAKES[name].half for name in self.mistakes if "stored" in MISTAKES[name].slots),
            "jnp.bfloat16",
        )
        return written(style, slots, half)


def filled(style: Style, mistake: Mistake) -> Mapping[str, str]:
    """The slots of a style that a mistake fills."""
    named = {slot.rstrip("?"): text for slot, text in mistake.slots.items()}
    return {slot: text for slot, text in named.items() if slot in style.slots}


def without(style: Style, slot: str) -> str:
    """Why a style lacks a slot; what it lacks in the loss, it lacks in the returned loss too."""
    return (
        style.without.get(slot)
        or style.without.get(slot.removesuffix(".final"))
        or f"{slot} is another style's way"
    )


def reason_against(style: Style, name: str) -> str | None:
    """Why a style can't make a mistake, or None when it can."""
    mistake = MISTAKES[name]
    owed = [slot for slot in mistake.slots if not slot.endswith("?")]
    for slot in (*owed, *mistake.needs):
        if slot not in style.slots:
            return without(style, slot)
    if name in style.but:
        return style.but[name]
    try:
        written(style, filled(style, mistake))
    except IndexError:
        return "the style names nothing to fill in"
    return None


@cache
def right() -> tuple[Cell, ...]:
    """Every style as it is."""
    return tuple(Cell(style=name) for name in styles())


@cache
def singles() -> tuple[Cell, ...]:
    """Every style with every single mistake that it can make."""
    return tuple(
        Cell(style=name, mistakes=(mistake,))
        for name, style in styles().items()
        for mistake in MISTAKES
        if reason_against(style, mistake) is None
    )


def independent(style: Style, one: str, other: str) -> bool:
    """Whether two mistakes are two findings."""
    first, second = MISTAKES[one], MISTAKES[other]
    areas = frozenset({first.area, second.area})
    apart = len(areas) > 1 and (bool(areas & FREE) or areas in APART)
    same_line = set(first.ids) & set(second.ids)
    return apart and not same_line and not set(filled(style, first)) & set(filled(style, second))


@cache
def pairs() -> tuple[Cell, ...]:
    """Every style with every pair of independent mistakes."""
    possible: dict[str, list[str]] = {}
    for cell in singles():
        if MISTAKES[cell.mistakes[0]].ids:
            possible.setdefault(cell.style, []).append(cell.mistakes[0])
    return tuple(
        Cell(style=style, mistakes=(one, other))
        for style, names in possible.items()
        for index, one in enumerate(names)
        for other in names[index + 1 :]
        if independent(styles()[style], one, other)
    )


def some_pairs(count: int) -> tuple[Cell, ...]:
    """A fixed sample of the pairs."""
    return tuple(random.Random(0).sample(pairs(), count))


@cache
def sample() -> tuple[Cell, ...]:
    """A fixed sample: each id in three styles, each style with three ids."""
    styles_of: dict[str, set[str]] = {}
    ids_of: dict[str, set[str]] = {}
    cells = [cell for cell in singles() if MISTAKES[cell.mistakes[0]].ids]
    random.Random(0).shuffle(cells)
    chosen = []
    for cell in cells:
        name = MISTAKES[cell.mistakes[0]].ids[0]
        mine, others = ids_of.setdefault(cell.style, set()), styles_of.setdefault(name, set())
        if name not in mine and min(len(mine), len(others)) < THREE:
            mine.add(name)
            others.add(cell.style)
            chosen.append(cell)
    return tuple(chosen)


def of(names: str) -> Iterator[Cell]:
    """The cells of a command line: right, singles, sample, pairs, pairs=N, separated by commas."""
    for part in names.split(","):
        kind, _, count = part.partition("=")
        if kind == "pairs" and count:
            yield from some_pairs(int(count))
        else:
            yield from {"right": right, "singles": singles, "sample": sample, "pairs": pairs}[kind]()
