"""The statistics of a class: `counting` makes the `record`, `read_report` reads results out of a report."""

from judge.stats.counting import alike, statistics

__all__ = ["alike", "statistics"]
