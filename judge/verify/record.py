"""What `judge verify` found: results and tables of each check. Text, JSON and the page are views of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a result is to be taken: only a fault is something to be put right."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing that was looked at.

    Attributes:
        name: what it is about: a file, a mistake, a case, a style.
        message: a sentence; of a fault what is wrong, and what to do about it.
        details: lines that belong to it, such as a diff.
    """

    name: str
    status: Status
    message: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Measurements: a name for machines, a title for people, and a cell for each column of `head`."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """What one check found, and how long it took."""

    name: str
    title: str
    results: tuple[Result, ...] = ()
    tables: tuple[Table, ...] = ()
    seconds: float = 0.0

    def count(self, status: Status) -> int:
        """How many results are of this kind."""
        return sum(result.status is status for result in self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord:
    """What was found of one problem.

    Attributes:
        left_out: names of checks that were not asked for.
    """

    problem: str
    title: str
    checks: tuple[CheckRecord, ...]
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def faults(self) -> Iterator[tuple[CheckRecord, Result]]:
        """All that is to be put right."""
        for check in self.checks:
            yield from ((check, result) for result in check.results if result.status is Status.FAULT)

    @property
    def holds(self) -> bool:
        """Whether there is nothing to be put right."""
        return not any(self.faults)


def ok(name: str, message: str) -> Result:
    """It holds."""
    return Result(name=name, status=Status.OK, message=message)


def note(name: str, message: str, *details: str) -> Result:
    """It is worth to be known, and nothing is wrong."""
    return Result(name=name, status=Status.NOTE, message=message, details=details)


def fault(name: str, message: str, *details: str) -> Result:
    """It doesn't hold."""
    return Result(name=name, status=Status.FAULT, message=message, details=details)
