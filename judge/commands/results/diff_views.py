"""What changed, as a table, JSON, CSV and Markdown."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from judge.commands.results.differences import Change, Differences
from judge.commands.results.sides import Outcome
from judge.reporters.base import View
from judge.reporters.csv import row
from judge.reporters.json import dumped, written
from judge.reporters.parts import markup
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import score_text

SCHEMA = "judge-diff/v1"
COLUMNS = (
    *("problem", "submission", "change", "verdict_before", "verdict_after", "score_before", "score_after"),
    *("findings_before", "findings_after"),
)
_NOTHING = "-"
_STYLES = {"better": "green", "worse": "red"}
View_ = Callable[[Differences, View], Iterator[str]]


def _table(found: Differences, view: View) -> Iterator[str]:
    """Two lines a submission: its name, then what it was and what it became."""
    from rich.text import Text  # noqa: PLC0415 -- 50 ms, and the other views need none of it

    from judge.reporters.parts.terminal_text import terminal_text  # noqa: PLC0415 -- as above

    for change in found.changes:
        head = Text.assemble(
            (f"{change.kind}: ", _STYLES.get(change.kind, "yellow")),
            (escape(change.submission), "bold"),
            f" ({escape(change.problem)})",
        )
        yield terminal_text([head], width=view.width, color=view.color)
        lines = [Text(line) for line in _lines(change)]
        yield terminal_text(lines, width=view.width, color=view.color, indent=4)
    yield "\n" * bool(found.changes)
    for line in _summary(found):
        yield terminal_text([Text(line)], width=view.width, color=view.color)


def _lines(change: Change) -> Iterator[str]:
    """What changed of it, and nothing else."""
    was, became = change.before, change.after
    if was is None or became is None:
        yield _whole(was or became)
        return
    if (was.verdict, was.score) != (became.verdict, became.score):
        yield f"{was.verdict} {_score(was)} -> {became.verdict} {_score(became)}"
    if was.findings != became.findings:
        yield f"{_findings(was)} -> {_findings(became)}"


def _whole(outcome: Outcome | None) -> str:
    if outcome is None:
        return _NOTHING
    return ", ".join((f"{outcome.verdict} {_score(outcome)}", *map(escape, outcome.findings)))


def _score(outcome: Outcome) -> str:
    return score_text(outcome.score).removeprefix("score ")


def _findings(outcome: Outcome) -> str:
    return ", ".join(map(escape, outcome.findings)) or "no findings"


def _summary(found: Differences) -> Iterator[str]:
    counts = [f"{count} {kind}" for kind, count in found.kinds.items()]
    yield f"{escape(found.before)} -> {escape(found.after)}"
    yield f"  {', '.join([*counts, f'{found.same} the same'])}"
    for (was, became), count in found.verdicts.items():
        yield f"  {was} -> {became}: {count}"


def _json(found: Differences, _view: View) -> Iterator[str]:
    outline: dict[str, Any] = {
        "schema": SCHEMA,
        "before": found.before,
        "after": found.after,
        "same": found.same,
        "kinds": {str(kind): count for kind, count in found.kinds.items()},
        "verdicts": [
            {"before": str(was), "after": str(became), "submissions": count}
            for (was, became), count in found.verdicts.items()
        ],
    }
    changes = (
        {
            "problem": change.problem,
            "submission": change.submission,
            "change": str(change.kind),
            "before": _plain(change.before),
            "after": _plain(change.after),
        }
        for change in found.changes
    )
    if found.changes:
        yield from written(outline, "changes", changes)
    else:
        yield f"{dumped({**outline, 'changes': []}, indent=2)}\n"


def _plain(outcome: Outcome | None) -> Mapping[str, Any] | None:
    if outcome is None:
        return None
    return {"verdict": str(outcome.verdict), "score": outcome.score, "findings": list(outcome.findings)}


def _csv(found: Differences, _view: View) -> Iterator[str]:
    yield row(COLUMNS)
    for change in found.changes:
        sides = (change.before, change.after)
        yield row(
            (
                *(change.problem, change.submission, str(change.kind)),
                *("" if side is None else str(side.verdict) for side in sides),
                *("" if side is None or side.score is None else repr(side.score) for side in sides),
                *("" if side is None else " ".join(side.findings) for side in sides),
            )
        )


def _markdown(found: Differences, _view: View) -> Iterator[str]:
    first, *verdicts = _summary(found)
    yield f"{markup.text(first)}\n\n"
    for line in verdicts:
        yield f"- {markup.text(line.strip())}\n"
    if not found.changes:
        return
    yield "\n" * bool(verdicts)
    yield "| submission | problem | change | before | after |\n|---|---|---|---|---|\n"
    for change in found.changes:
        cells = (
            change.submission,
            change.problem,
            str(change.kind),
            _whole(change.before),
            _whole(change.after),
        )
        yield f"| {' | '.join(map(markup.text, cells))} |\n"


VIEWS: Mapping[str, View_] = {"table": _table, "json": _json, "csv": _csv, "markdown": _markdown}
