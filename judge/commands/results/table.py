"""Results as a table in the terminal, and as a tidy one for a notebook or a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from rich.table import Table
from rich.text import Text

from judge.commands.results.times import iso, short
from judge.finding import Severity
from judge.reporters.base import View
from judge.reporters.csv import row
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import score_text
from judge.reporters.parts.overview import from_left
from judge.reporters.parts.terminal_text import terminal_text
from judge.store.history.attempts import Attempt
from judge.store.history.find_results import Told
from judge.verdict import Verdict

COLUMNS = (
    *("problem", "submission", "learner", "name", "handed_in", "due", "given", "run", "verdict", "score"),
    *("graded", "errors", "warnings", "first_line", "sha256"),
)
_STYLES = {Verdict.ACCEPTED: "green", Verdict.PITFALL: "yellow", Verdict.JUDGE_ERROR: "magenta"}
_LEAST = 12  # columns of a name
_FIXED = 5 + 11 + 5 * 2  # score and when, and what lies between
_LEARNER, _FINDING = 14, 24


def parts(shown: Sequence[Attempt], view: View, *, with_learners: bool, in_time: bool) -> Iterator[str]:
    """A table for each problem, below its name.

    Args:
        in_time: it is a history, so that each line has the run that it began with.
    """
    now = view.now or datetime.now().astimezone()
    for at, (problem, group) in enumerate(groupby(shown, key=attrgetter("problem"))):
        lines = [replace(one, run=one.first) if in_time else one for one in group]
        table = _table(lines, view, now, with_learners=with_learners)
        heading = Text(escape(problem), style="bold")
        yield "\n" * (at > 0) + terminal_text([heading, table], width=view.width, color=view.color)


def _table(shown: Sequence[Attempt], view: View, now: datetime, *, with_learners: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    findings = min(max(len("finding"), *(len(_first(one)) for one in shown)), _FINDING)
    verdicts = max(len("verdict"), *(len(one.verdict) for one in shown))
    fixed = _FIXED + verdicts + max(len("run"), *(len(str(one.run)) for one in shown))
    room = view.width - fixed - (_LEARNER + 2) * with_learners
    names = max(room - findings, _LEAST)
    for name in ("submission", *(["learner"] if with_learners else []), "verdict"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    table.add_column("score", no_wrap=True, justify="right")
    table.add_column("finding", no_wrap=True, overflow="ellipsis", max_width=max(room - _LEAST, 8))
    for name in ("when", "run"):
        table.add_column(name, no_wrap=True, justify="right")
    for one in shown:
        learner = [Text(escape(one.learner.id or ""))] if with_learners else []
        for cell in learner:
            cell.truncate(_LEARNER, overflow="ellipsis")
        table.add_row(
            Text(from_left(escape(one.submission), names)),
            *learner,
            Text(str(one.verdict), style=_STYLES.get(one.verdict, "red")),
            _score(one),
            Text(_first(one)),
            short(one.given, now),
            str(one.run),
        )
    return table


def _score(one: Attempt) -> str:
    """A part of the cases gives no grade."""
    return "-" if one.score is None or not one.whole else score_text(one.score).removeprefix("score ")


def _first(one: Attempt) -> str:
    found = sorted(one.findings, key=lambda told: told.severity != Severity.ERROR)
    return escape(found[0].pitfall) if found else ""


def more(at: int, shown: int, every: int) -> str:
    """How many there are, and how to see the others."""
    told = f"{every:,} result{'s' * (every != 1)}"
    if shown == every:
        return told
    until = at + shown
    ahead = f"; more with --offset {until}" if until < every else ""
    return f"{at + 1:,} to {until:,} of {told}{ahead}" if shown else f"none from there on, of {told}"


def tidy(attempts: Iterable[Attempt]) -> Iterator[str]:
    """A line a result, with a header; times are in UTC, and what isn't known is empty.

    `graded` is 0 where only a part of the cases was judged.
    """
    yield row(COLUMNS)
    for one in attempts:
        errors = [told for told in one.findings if told.severity == Severity.ERROR]
        warnings = [told for told in one.findings if told.severity != Severity.ERROR]
        first = next((told.line for told in (*errors, *warnings) if told.line is not None), None)
        yield row(
            (
                *(one.problem, one.submission, one.learner.id or "", one.learner.name),
                *(iso(one.handed_in), iso(one.learner.due), iso(one.given), str(one.run)),
                *(str(one.verdict), "" if one.score is None else repr(one.score), str(int(one.whole))),
                *(_ids(errors), _ids(warnings), "" if first is None else str(first), one.sha256),
            )
        )


def _ids(findings: Iterable[Told]) -> str:
    return " ".join(dict.fromkeys(told.pitfall for told in findings))
