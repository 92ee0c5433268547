"""Class statistics as one tidy table: a number or a word a line, for a spreadsheet or a notebook."""

from collections.abc import Iterator

from judge.commands.class_views.told import Told
from judge.reporters.base import View
from judge.reporters.csv import row
from judge.stats.record import Group, ProblemStatistics, Scores, Slow

COLUMNS = ("problem", "section", "key", "measure", "value")
_Fact = tuple[str, str, str, object]  # section, key, measure, value


def parts(told: Told, _view: View) -> Iterator[str]:
    """A header, then the facts; what there is none of has an empty value."""
    yield row(COLUMNS)
    yield row(("", "run", "", "complete", str(told.complete).lower()))
    for problem in told.statistics.problems:
        for section, key, measure, value in _facts(problem):
            yield row((problem.problem, section, key, measure, _cell(value)))


def _cell(value: object) -> str:
    return "" if value is None else repr(round(value, 6)) if isinstance(value, float) else str(value)


def _facts(problem: ProblemStatistics) -> Iterator[_Fact]:
    for measure in (
        *("submissions", "accepted", "accepted_share", "partly_right", "did_not_run"),
        *("judge_at_fault", "not_read", "in_part", "in_other_groups"),
    ):
        yield "summary", "", measure, getattr(problem, measure)
    for verdict, count in problem.verdicts.items():
        yield "verdicts", verdict, "submissions", count
    yield from _scores(problem.scores)
    for pitfall in problem.pitfalls:
        for measure in ("submissions", "errors", "warnings"):
            yield "pitfalls", pitfall.pitfall, measure, getattr(pitfall, measure)
    for case in problem.cases:
        for measure in ("visibility", "accepted", "pitfall", "failed", "judge_error", "caught_alone"):
            yield "cases", case.name, measure, getattr(case, measure)
    for group in problem.groups:
        yield from _group(problem, group)
    for slow in problem.slowest:
        yield from _slow(slow)
    for name, count in problem.exceptions:
        yield "exceptions", name, "submissions", count


def _scores(scores: Scores) -> Iterator[_Fact]:
    yield "scores", "", "median", scores.median
    yield "scores", "", "mean", scores.mean
    for at, count in enumerate(scores.bins):
        yield "scores", f"{at / len(scores.bins):.1f}", "submissions", count
    yield "scores", "full", "submissions", scores.full
    yield "scores", "none", "submissions", scores.without


def _slow(slow: Slow) -> Iterator[_Fact]:
    yield "slowest", slow.submission, "seconds", slow.seconds
    yield "slowest", slow.submission, "limits", " ".join(slow.limits)
    if slow.near_limit is not None:
        yield "slowest", slow.submission, f"share of {slow.near_limit.limit}", slow.near_limit.share


def _group(problem: ProblemStatistics, group: Group) -> Iterator[_Fact]:
    """A group's number is its key; its cases are a measure each."""
    number = str(group.number)
    yield "groups", number, "submissions", group.submissions
    yield "groups", number, "verdict", group.alike.verdict
    yield "groups", number, "errors", " ".join(group.alike.errors)
    yield "groups", number, "warnings", " ".join(group.alike.warnings)
    yield "groups", number, "exception", group.alike.exception
    for at, name in enumerate(group.names, 1):
        yield "groups", number, f"name {at}", name
    for case, verdict in zip(problem.cases, group.cases, strict=True):
        yield "groups", number, f"case {case.name}", verdict
