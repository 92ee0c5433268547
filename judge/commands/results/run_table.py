"""`judge results runs`: the runs of a store, a line each."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.table import Table

from judge.commands.parts.with_store import opened
from judge.commands.results.times import short
from judge.errors import NoSubmissionError
from judge.reporters.base import View
from judge.reporters.parts.escape import escape
from judge.reporters.parts.terminal_text import terminal_text
from judge.store.faults import told
from judge.store.history.find_runs import Counts, Run, all_runs, counts

_COLUMNS = (
    *(("run", "right"), ("when", "right"), ("files", "right"), ("judged", "right")),
    *(("taken over", "right"), ("judge", "left"), ("entropy", "left"), ("ended", "left"), ("exit", "right")),
)


def run_table(name: str, view: View) -> Iterator[str]:
    """All runs, the newest first.

    Raises:
        NoSubmissionError: there is none. UsageError, StoreFault: the store can't be read.
    """
    with opened(name, must_exist=True) as store, told(store.name), store.engine.connect() as connection:
        runs, counted = all_runs(connection), counts(connection)
    if not runs:
        raise NoSubmissionError(f"the store {name} has no runs yet")
    yield from _shown(runs, counted, view)


def _shown(runs: Sequence[Run], counted: dict[int, Counts], view: View) -> Iterator[str]:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title, side in _COLUMNS:
        whole = title != "entropy"  # a drawn one has 16 digits
        table.add_column(
            title, justify="right" if side == "right" else "left", no_wrap=whole, overflow="fold"
        )
    now = view.now or datetime.now().astimezone()
    for run in runs:
        count = counted.get(run.number, Counts())
        table.add_row(
            *(str(run.number), short(run.started, now)),
            *map(str, (count.submissions, count.judged, count.taken_over)),
            *(escape(run.head.judge_version), str(run.head.entropy), run.state),
            "" if run.exit_code is None else str(run.exit_code),
        )
    yield terminal_text([table], width=view.width, color=view.color)
