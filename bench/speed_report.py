"""What speed.py measured, beside the targets: as text, as Markdown, as JSON."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from speed_measure import spread

from judge.sandbox.starting.numeric_settings import cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One line of the table: measured values, and what they must be.

    Attributes:
        kind: "eager" or "jitted" styles; targets are for eager ones. target: None where there is none.
        unit: "" for a ratio. either: the median must be as near to 1 as this, in place of at most `target`.
    """

    what: str
    kind: str
    values: Sequence[float]
    target: float | None = None
    unit: str = ""
    either: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the median is within the target; None where there is none."""
        median = spread(self.values).median
        if self.either is not None:
            return abs(median - 1) <= self.either
        return None if self.target is None else median <= self.target

    @property
    def wanted(self) -> str:
        """The target as the table shows it."""
        if self.either is not None:
            return f"1 ± {self.either:g}"
        return "-" if self.target is None else f"≤ {self.target:g}{self.unit}"

    @property
    def row(self) -> tuple[str, ...]:
        """As the table has it."""
        found = spread(self.values)
        digits = 1 if self.unit else 3
        median, low, high = (f"{number:.{digits}f}" for number in (found.median, found.low, found.high))
        met = {True: "yes", False: "NO", None: "-"}[self.met]
        return (
            self.what,
            self.kind,
            self.wanted,
            f"{median}{self.unit}",
            f"{low} to {high}",
            str(found.n),
            met,
        )


@dataclass(slots=True)
class Figures:
    """Everything that was measured.

    Attributes:
        ratios: the table of targets. absolute: seconds (or MiB) by name. parts: kind → worker → part →
            seconds. notes: what a reader has to know besides.
    """

    ratios: list[Ratio] = field(default_factory=list)
    absolute: dict[str, list[float]] = field(default_factory=dict)
    parts: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    machine: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """One more measurement of this name."""
        self.absolute.setdefault(name, []).append(value)

    def plain(self) -> dict[str, Any]:
        """As JSON has it: all raw values, and what they come to."""
        ratios = [{**asdict(one), "met": one.met, **asdict(spread(one.values))} for one in self.ratios]
        return {
            "machine": self.machine,
            "ratios": ratios,
            "absolute": self.absolute,
            "parts": self.parts,
            "notes": self.notes,
        }

    def tables(self) -> Iterator[tuple[str, Sequence[str], list[tuple[str, ...]]]]:
        """Title, head and rows of each table."""
        head = ("what", "styles", "target", "median", "quartiles", "n", "met")
        yield "Targets", head, [one.row for one in self.ratios]
        yield "Measured", ("what", "median", "quartiles", "n"), [*self._absolute()]
        columns = list(self.parts)
        names = dict.fromkeys(name for column in columns for name in self.parts[column])
        rows = [(name, *(self._part(column, name) for column in columns)) for name in names]
        yield "Where the time of one submission goes, ms", ("part", *columns), rows

    def _absolute(self) -> Iterator[tuple[str, ...]]:
        for name, values in self.absolute.items():
            found = spread(values)
            yield name, f"{found.median:.3f}", f"{found.low:.3f} to {found.high:.3f}", str(found.n)

    def _part(self, column: str, name: str) -> str:
        values = self.parts[column].get(name)
        return "-" if values is None else f"{1000 * spread(values).median:.1f}"


def markdown(figures: Figures) -> str:
    """All tables as Markdown."""
    lines = [", ".join(f"{name} {value}" for name, value in figures.machine.items()), ""]
    for title, head, rows in figures.tables():
        lines += [f"## {title}", "", _line(head), _line("---" for _ in head), *map(_line, rows), ""]
    return "\n".join([*lines, *(f"- {note}" for note in figures.notes), ""])


def _line(cells: Any) -> str:  # noqa: ANN401 - any iterable of texts
    return f"| {' | '.join(cells)} |"


def text(figures: Figures) -> str:
    """All tables in columns."""
    lines = [f"{name}: {value}" for name, value in figures.machine.items()]
    for title, head, rows in figures.tables():
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines += ["", title]
        lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (head, *rows)]
    return "\n".join([*lines, "", *figures.notes, ""])


def machine(versions: Mapping[str, str], tier: str) -> dict[str, str]:
    """When and where this was measured."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "cores": str(cores()),
        "CPU": _cpu(),
        "kernel": platform.release(),
        "isolation": tier,
        **versions,
    }


def _cpu() -> str:
    """The model, as Linux names it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
