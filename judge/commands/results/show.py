"""What was asked for, as a table or as any report."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from judge.commands.parts.changed_results import ChangedResults
from judge.commands.parts.student_ids import SHOWN, doubtful_ids
from judge.commands.parts.with_store import opened
from judge.commands.parts.write_reports import (
    Target,
    deliver,
    flow_is_wanted,
    obstacles,
    parse_targets,
    refuse_inputs,
)
from judge.commands.results.anonymous import aliases, by_content, renamed
from judge.commands.results.choose import Choice, chosen, page_of_all
from judge.commands.results.points import Counting, Rubrics, days_late
from judge.commands.results.roster import Learners, read_roster
from judge.errors import UsageError
from judge.report import Report, Results
from judge.reporters import REPORTERS
from judge.reporters.base import View
from judge.store.connect import Store
from judge.store.faults import told
from judge.store.history.attempts import Attempt, Learner, attempts
from judge.store.history.find_results import File, Given, facts
from judge.store.history.find_runs import run_numbered
from judge.store.read_results import EntryResults

if TYPE_CHECKING:
    from sqlalchemy import Connection

TABLES = ("table", "table-csv")
PAGE = 50  # results of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is to be seen of the results that were chosen.

    Attributes:
        limit: None for a page of the table, and for all in every other format.
        reports: as `--report` gives them.
    """

    format_name: str = "table"
    limit: int | None = None
    offset: int = 0
    reports: tuple[str, ...] = ()
    roster: Path | None = None
    student_id: re.Pattern[str] | None = None
    anonymous: bool = False
    root: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the command says: text for stdout, and what went wrong meanwhile."""

    parts: Iterator[str]
    failures: tuple[str, ...] = ()
    exit_code: int = 0


@contextmanager
def answered(
    name: str, choice: Choice, shown: Shown, views: tuple[View, View], say: Callable[[str], None]
) -> Iterator[Answer]:
    """The answer; the store is open as long as this is entered.

    Args:
        name: of the store. views: of stdout, and of files. say: takes a sentence about what is doubtful.

    Raises:
        JudgeError: it can't be given.
    """
    targets = parse_targets(shown.reports)
    read = [Path(name), *([] if shown.roster is None else [shown.roster])]
    refuse_inputs(targets, read, shown.root or Path())
    learners = Learners(shown.student_id, None if shown.roster is None else read_roster(shown.roster))
    learners.check(choice.learner)
    with ExitStack() as stack:
        store = stack.enter_context(opened(name, must_exist=True))
        stack.enter_context(told(store.name))
        connection = stack.enter_context(store.engine.connect())
        found = _Found(store, connection, choice, shown, learners=learners, rubrics=Rubrics(shown.root, say))
        for obstacle in obstacles(targets):
            say(obstacle.partition(". ")[0])
        yield _answer(found, shown, targets, views, say)


class _Found:
    """What was chosen, under the names that are shown.

    Attributes:
        total: how many there are. page: what is shown of them.
    """

    def __init__(
        self,
        store: Store,
        connection: "Connection",
        choice: Choice,
        shown: Shown,
        *,
        learners: Learners,
        rubrics: Rubrics,
    ) -> None:
        self.store = store
        self.connection = connection
        self.choice = choice
        self.shown = shown
        self.learners = learners
        self.rubrics = rubrics
        limit = PAGE if shown.limit is None and shown.format_name == "table" else shown.limit
        quick = None
        if limit is not None and not shown.anonymous and not shown.reports:
            quick = page_of_all(connection, choice, learners, limit, shown.offset)
        if quick is not None:
            self.page, self.total = quick
        else:
            self.page = self.every[shown.offset : None if limit is None else shown.offset + limit]
            self.total = len(self.every)

    @cached_property
    def every(self) -> list[Given]:
        """All of it.

        Raises:
            NoSubmissionError: there is nothing of the kind.
        """
        counting = None
        if self.choice.which == "counts":
            counting = Counting(self.connection, self.rubrics, self.learners)
        every = chosen(self.connection, self.choice, self.learners, counting)
        if not self.shown.anonymous:
            return every
        return by_content(every, facts(self.connection, (one.result for one in every)))

    @cached_property
    def names(self) -> dict[File, str] | None:
        """For `--anonymous`."""
        return aliases(self.every) if self.shown.anonymous else None

    @property
    def for_files(self) -> list[Given]:
        """What goes to files, which is cut only where that was asked for."""
        return self.page if self.shown.limit is not None or self.shown.offset else self.every

    def attempts(self) -> Iterator[Attempt]:
        """What is to be told of the page."""
        for one in attempts(self.connection, self.page, self.learners):
            if self.names is None:
                yield one
            else:
                anybody = Learner(due=one.learner.due)
                yield replace(one, submission=self.names[one.problem, one.submission], learner=anybody)

    def _days_late(self, some: Sequence[Given]) -> list[float]:
        """Of each of these, by the due dates of the list."""
        if self.learners.roster is None or not self.learners.roster.has_due_dates:
            return [0.0] * len(some)
        days = {
            (one.problem, one.submission, one.result): days_late(one.handed_in, one.learner.due)
            for one in attempts(self.connection, some, self.learners)
        }
        return [days.get((*one.file, one.result), 0.0) for one in some]

    def report(self, some: Sequence[Given], *, with_flow: bool) -> Report:
        """A report of these, with the head of the newest run among them."""
        run = run_numbered(self.connection, max(one.run for one in some or self.every))
        entries = [(one.submission, one.result) for one in some]
        results: Results = EntryResults(self.store, entries, with_flow=with_flow)
        results = ChangedResults(results, self.rubrics.given, self._days_late(some))
        if self.names is not None:
            results = ChangedResults(results, renamed, [self.names[one.file] for one in some])
        whole = self.choice.run is not None
        return Report(
            judge_version=run.head.judge_version,
            entropy=run.head.entropy,
            environment=run.head.environment,
            results=results,
            complete=run.complete if whole else True,
            exit_code=0,
            seconds=(run.seconds if whole else None) or 0.0,
        )


def _answer(
    found: _Found,
    shown: Shown,
    targets: Sequence[Target],
    views: tuple[View, View],
    say: Callable[[str], None],
) -> Answer:
    table = shown.format_name in TABLES
    formats = [target.format for target in targets]
    if targets:
        _refuse_several(formats, len(found.for_files))
    _refuse_several([] if table else [shown.format_name], len(found.page))
    on_stdout, in_files = (_with_learners(view, found, shown) for view in views)
    if not shown.anonymous:
        for doubt in _doubts(found, shown, [*formats, shown.format_name]):
            say(doubt)
    failures: tuple[str, ...] = ()
    code = 0
    if targets:
        with_flow = flow_is_wanted(formats, len(found.for_files))
        written, failures = deliver(found.report(found.for_files, with_flow=with_flow), targets, in_files)
        code = written.exit_code
    return Answer(parts=_parts(found, shown, on_stdout), failures=failures, exit_code=code)


def _parts(found: _Found, shown: Shown, view: View) -> Iterator[str]:
    """What goes to stdout."""
    if shown.format_name in TABLES:
        from judge.commands.results import table  # noqa: PLC0415 -- rich takes 50 ms

        if shown.format_name == "table-csv":
            yield from table.tidy(found.attempts())
            return
        with_learners = found.learners.are_known and not shown.anonymous
        in_time = found.choice.which == "all"
        shown_page = list(found.attempts())
        yield from table.parts(shown_page, view, with_learners=with_learners, in_time=in_time)
        yield f"\n{table.more(shown.offset, len(found.page), found.total)}\n"
        return
    with_flow = flow_is_wanted([shown.format_name], len(found.page))
    yield from REPORTERS[shown.format_name](view).parts(found.report(found.page, with_flow=with_flow))


def _refuse_several(formats: Sequence[str], count: int) -> None:
    alone = next((name for name in formats if REPORTERS[name].one_submission), None)
    if alone is not None and count > 1:
        raise UsageError(
            f"a {alone} report tells of one submission, and {count} are chosen: choose one by --submission "
            "or --learner, or another format"
        )


def _with_learners(view: View, found: _Found, shown: Shown) -> View:
    """A gradebook has the ids of the list, and none where nobody is to be known."""
    if shown.anonymous:
        return view
    if shown.roster is None:
        return replace(view, student_id=shown.student_id)
    return replace(view, student=lambda problem, name: found.learners(problem, name).id or "")


def _doubts(found: _Found, shown: Shown, formats: Sequence[str]) -> Iterator[str]:
    """What a teacher should know of ids: who isn't in the list, and of whom there is nothing."""
    roster = found.learners.roster
    if roster is None:
        if "gradebook" in formats:
            yield from doubtful_ids((one.file for one in found.every), shown.student_id)
        return
    ids = [found.learners(*one.file).id for one in found.every]
    unknown = [one.submission for one, student in zip(found.every, ids, strict=True) if student is None]
    if unknown:
        yield f"{len(unknown)} of {len(ids)} are of nobody in {roster}, such as {unknown[0]}"
    if found.choice == Choice(problem=found.choice.problem, which=found.choice.which):
        present = set(ids)
        absent = [student for student in roster.ids if student not in present]
        if absent:
            more = ", ..." if len(absent) > SHOWN else ""
            yield f"{len(absent)} in {roster} have no result here: {', '.join(absent[:SHOWN])}{more}"
