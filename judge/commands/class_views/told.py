"""What every view is made from."""

from dataclasses import dataclass

from judge.report import RunHead
from judge.stats.record import ClassStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The statistics of a report, the head of its run, and whether that run came to its end."""

    statistics: ClassStatistics
    head: RunHead
    complete: bool
