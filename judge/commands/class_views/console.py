"""Class statistics for the terminal: a section each, in ASCII but for what learners wrote."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from judge.commands.class_views.told import Told
from judge.reporters.base import View
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import score_text, seconds_text
from judge.reporters.parts.overview import from_left
from judge.reporters.parts.terminal_text import terminal_text
from judge.stats.record import CaseCount, Group, PitfallCount, ProblemStatistics, Scores
from judge.verdict import Verdict

SHOWN = 12  # groups and pitfalls; -v shows all
SHOWN_NAMES = 3  # of a group
_BAR = 30  # columns
_LABEL = 28  # columns
_SIGNS = {Verdict.ACCEPTED: ".", Verdict.PITFALL: "!", Verdict.JUDGE_ERROR: "?", None: " "}
_LEGEND = "  cases in the order above: . accepted, ! pitfall, x failed, ? not judged"
_STYLES = {Verdict.ACCEPTED: "green", Verdict.PITFALL: "yellow", Verdict.JUDGE_ERROR: "magenta"}


@dataclass(frozen=True, slots=True)
class _Bar:
    """One line of a chart; `note` stands behind the bar."""

    label: str
    count: int
    style: str
    note: str = ""


def parts(told: Told, view: View) -> Iterator[str]:
    """All problems, one below the other, in `view.width` columns."""
    shown: list[RenderableType] = []
    for problem in told.statistics.problems:
        shown += [*_problem(problem, view), Text("")]
    if not shown:
        shown.append(Text("no submission was judged"))
    if not told.complete:
        shown.append(Text("Interrupted: what was not finished is missing here.", style="bold red"))
    yield terminal_text(shown, width=view.width, color=view.color).rstrip("\n") + "\n"


def _problem(problem: ProblemStatistics, view: View) -> Iterator[RenderableType]:
    count = problem.submissions
    title = f"{escape(problem.problem)}: {count} submission{'s' * (count != 1)}"
    yield Text(title, style="bold")
    yield Text(", ".join(_summary(problem)))
    shown = None if view.verbosity > 0 else SHOWN
    verdicts = [_Bar(str(one), number, _STYLES.get(one, "red")) for one, number in problem.verdicts.items()]
    yield from _section("verdicts", _bars(reversed(verdicts)))
    yield from _section(_scores_title(problem.scores), _bars(_score_bars(problem.scores)))
    pitfalls = tuple(map(_pitfall, problem.pitfalls))
    yield from _section("pitfalls, by submissions", _bars(pitfalls[:shown]), len(pitfalls[:shown]))
    yield from _left(len(pitfalls), shown)
    yield from _section("cases", _cases(problem.cases), len(problem.cases))
    yield from _section("who fails alike", Text(_LEGEND, style="dim"), len(problem.groups))
    yield _groups(problem.groups[:shown], view.width)
    yield from _left(len(problem.groups), shown)
    if problem.in_other_groups:
        yield Text(f"  {problem.in_other_groups} more submissions are in smaller groups", style="dim")
    exceptions = [_Bar(name, number, "red") for name, number in problem.exceptions]
    yield from _section("exceptions", _bars(exceptions[:shown]), len(exceptions))
    yield from _section("slowest", _slowest(problem))


def _summary(problem: ProblemStatistics) -> Iterator[str]:
    yield f"{problem.accepted} accepted ({problem.accepted_percent}%)"
    for count, what in (
        (problem.partly_right, "partly right"),
        (problem.did_not_run, "did not run"),
        (problem.judge_at_fault, "the judge's fault"),
        (problem.not_read, "not read"),
        (problem.in_part, "on a part of the cases, which is no grade"),
    ):
        if count:
            yield f"{count} {what}"


def _section(title: str, body: RenderableType, rows: int = 1) -> Iterator[RenderableType]:
    if rows:
        yield Text("")
        yield Text(title, style="bold")
        yield body


def _left(count: int, shown: int | None) -> Iterator[RenderableType]:
    if shown is not None and count > shown:
        yield Text(f"  ... and {count - shown} more (-v shows them)", style="dim")


def _table(*columns: str) -> Table:
    """Without lines, two columns apart; `columns` say "left", "right" or "fold"."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for column in ("left", *columns):
        table.add_column(
            justify="right" if column == "right" else "left",
            overflow="fold" if column == "fold" else "ellipsis",
        )
    return table


def _bars(rows: Iterable[_Bar]) -> Table:
    """A line each, the bars as long as their counts."""
    bars = tuple(rows)
    most = max((bar.count for bar in bars), default=0) or 1
    table = _table("left", "right", "left")
    for bar in bars:
        drawn = Text("#" * (-(-bar.count * _BAR // most)), style=bar.style)
        table.add_row("", _label(bar.label), str(bar.count), drawn.append(bar.note, "dim"))
    return table


def _label(text: str) -> Text:
    return Text(from_left(escape(text), _LABEL), no_wrap=True)


def _scores_title(scores: Scores) -> str:
    if scores.median is None or scores.mean is None:
        return "scores: none"
    median, mean = (score_text(score).removeprefix("score ") for score in (scores.median, scores.mean))
    return f"scores: median {median}, mean {mean}"


def _score_bars(scores: Scores) -> Iterator[_Bar]:
    for at, number in enumerate(scores.bins):
        yield _Bar(f"from {at / len(scores.bins):.1f}", number, "red")
    yield _Bar("full", scores.full, "green")
    if scores.without:
        yield _Bar("no score", scores.without, "magenta")


def _pitfall(one: PitfallCount) -> _Bar:
    style, note = ("red", "") if one.errors else ("yellow", " warning")
    return _Bar(one.pitfall, one.submissions, style, note)


def _cases(cases: Iterable[CaseCount]) -> Table:
    table = _table("left", "right", "right", "right", "right", "right")
    head = ("accepted", "pitfall", "failed", "not judged", "caught alone")
    table.add_row("", "", *(Text(name, style="dim") for name in head))
    for case in cases:
        numbers = (case.accepted, case.pitfall, case.failed, case.judge_error, case.caught_alone)
        table.add_row("", _label(case.name), *map(str, numbers))
    return table


def _groups(groups: Iterable[Group], width: int) -> Table:
    table = _table("right", "fold")
    for group in groups:
        signs = "".join(_SIGNS.get(verdict, "x") for verdict in group.cases)
        names = ", ".join(escape(name.rpartition("/")[2]) for name in group.names[:SHOWN_NAMES])
        more = ", ..." if group.submissions > SHOWN_NAMES else ""
        about = Text(f"{what_is_alike(group)}  ")
        about.append(f"[{signs}]" if signs.strip() else "no case ran", "bold")
        about.append(f"\n{from_left(names + more, width - 14)}", "dim")
        table.add_row("", str(group.submissions), about)
    return table


def what_is_alike(group: Group) -> str:
    """Verdict, findings and exception of a group in a few words."""
    alike = group.alike
    parts = [escape(pitfall) for pitfall in alike.errors]
    parts += [f"{escape(pitfall)} (warning)" for pitfall in alike.warnings]
    parts += [escape(alike.exception)] if alike.exception else []
    parts += ["no finding says why"] if alike.is_unexplained else []
    return f"{alike.verdict}: {', '.join(parts)}" if parts else str(alike.verdict)


def _slowest(problem: ProblemStatistics) -> Table:
    table = _table("right", "left", "left")
    for slow in problem.slowest:
        name = _label(slow.submission.rpartition("/")[2])
        table.add_row("", seconds_text(slow.seconds), name, escape(slow.beside_limits))
    return table
