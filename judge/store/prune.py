"""Deleting from a store: old runs, or all that is one learner's."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, delete, exists, func, not_, select, text, tuple_
from sqlalchemy.exc import OperationalError

from judge.store.connect import Store
from judge.store.faults import told
from judge.store.history.find_results import AT_ONCE, File, files
from judge.store.history.find_runs import all_runs
from judge.store.tables import cases, entries, problems, results, runs, submissions

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What is to be deleted: all that is named here must be so.

    Attributes:
        keep_runs: all runs but so many of the newest ones. before: runs that began before, in seconds
            since 1970.
        is_meant: these submissions alone, by problem and name; None for whole runs.
    """

    keep_runs: int | None = None
    before: float | None = None
    is_meant: Callable[[str, str], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was deleted.

    Attributes:
        entries: what runs said of a submission. sources: texts that were handed in.
        going_on: runs that would have gone, too, but are still going on.
    """

    runs: int
    entries: int
    results: int
    sources: int
    going_on: tuple[int, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was."""
        return not (self.runs or self.entries or self.results or self.sources)


class _Undone(Exception):
    """A trial ends as if it had never been."""


def prune(store: Store, doomed: Doomed, *, trial: bool = False) -> Pruned:
    """Delete, all or nothing.

    A result that no run speaks of any longer goes if it was superseded; where submissions are deleted, also
    if it would be taken over by a later run: it may be that of one of them.

    Args:
        trial: say what would be deleted, and delete nothing.

    Raises:
        UsageError, StoreFault: the store can't be written.
    """
    pruned = Pruned(runs=0, entries=0, results=0, sources=0)
    writing = store.engine.execution_options(writes=True)
    with told(store.name), suppress(_Undone), writing.begin() as connection:
        _alone(connection)
        pruned = _prune(connection, doomed)
        if trial:
            raise _Undone
    return pruned


def overwrite(store: Store) -> bool:
    """Let a file shrink, so that nothing of what was deleted is left in it or in its log.

    PostgreSQL does so by itself.

    Returns:
        Whether that is so; not where another program has the store open.

    Raises:
        StoreFault: it can't be written, or another program holds it.
    """
    if store.engine.dialect.name == "postgresql":
        return True
    with told(store.name), closing(store.engine.raw_connection()) as raw:
        try:  # not in a transaction, which SQLAlchemy would begin
            raw.cursor().execute("vacuum").close()
            (blocked, *_) = raw.cursor().execute("pragma wal_checkpoint(truncate)").fetchone()
        except sqlite3.Error as error:
            raise OperationalError("vacuum", None, error) from error
    return not blocked


def _prune(connection: Connection, doomed: Doomed) -> Pruned:
    every = all_runs(connection)
    old = every[doomed.keep_runs or 0 :]
    chosen = [run for run in old if doomed.before is None or run.started < doomed.before]
    numbers = [run.number for run in chosen if not run.going_on]
    gone = _count(connection, entries.c.run_id)
    if doomed.is_meant is None:
        for chunk in _chunks(numbers):
            connection.execute(delete(entries).where(entries.c.run_id.in_(chunk)))
            connection.execute(delete(runs).where(runs.c.id.in_(chunk)))
    else:
        meant = [file for file in files(connection) if doomed.is_meant(*file)]
        _delete_files(connection, meant, numbers)
    of_nobody = not_(exists().where(entries.c.result_id == results.c.id))
    superseded = [] if doomed.is_meant is not None else [not_(results.c.current)]
    before = _count(connection, results.c.id), _count(connection, submissions.c.sha256)
    connection.execute(delete(results).where(of_nobody, *superseded))
    _sweep(connection)
    return Pruned(
        runs=len(numbers) if doomed.is_meant is None else 0,
        entries=gone - _count(connection, entries.c.run_id),
        results=before[0] - _count(connection, results.c.id),
        sources=before[1] - _count(connection, submissions.c.sha256),
        going_on=tuple(run.number for run in chosen if run.going_on),
    )


def _delete_files(connection: Connection, meant: Sequence[File], numbers: Collection[int]) -> None:
    pair = tuple_(entries.c.problem, entries.c.submission)
    for some in _chunks(meant):
        for chunk in _chunks(list(numbers)):
            connection.execute(delete(entries).where(pair.in_(some), entries.c.run_id.in_(chunk)))


def _sweep(connection: Connection) -> None:
    """What no result needs any longer."""
    connection.execute(
        delete(submissions).where(not_(exists().where(results.c.sha256 == submissions.c.sha256)))
    )
    unused = not_(exists().where(results.c.problem_id == problems.c.id))
    connection.execute(delete(cases).where(cases.c.problem_id.in_(select(problems.c.id).where(unused))))
    connection.execute(delete(problems).where(unused))


def _count(connection: Connection, column: ColumnElement[object]) -> int:
    return connection.execute(select(func.count(column))).scalar_one()


def _chunks(items: Sequence[_Item]) -> list[Sequence[_Item]]:
    return [items[at : at + AT_ONCE // 2] for at in range(0, len(items), AT_ONCE // 2)]


def _alone(connection: Connection) -> None:
    """Nobody else looks for a result that is about to be deleted.

    Each database has its own way: SQLite has been asked for its lock already, and is to overwrite what it
    deletes; in PostgreSQL a run that begins would find a result and enter it after it is gone.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("lock table results in access exclusive mode"))
    else:
        connection.exec_driver_sql("pragma secure_delete = on")
