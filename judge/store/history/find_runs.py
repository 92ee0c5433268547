"""The runs of a store."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, case, func, select

from judge.errors import UsageError
from judge.report import RunHead
from judge.store.owners import Owner, now
from judge.store.tables import entries, runs

LARGEST = 2**31 - 1  # number of a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run.

    Attributes:
        started, finished: seconds since 1970; None where it isn't finished.
        going_on: its process is still there, as far as can be seen.
        seconds: wall time; None where it never came to its end.
    """

    number: int
    head: RunHead
    started: float
    finished: float | None
    going_on: bool
    complete: bool
    exit_code: int | None
    seconds: float | None

    @property
    def state(self) -> str:
        """How it ended, in a word or two."""
        return "complete" if self.complete else "going on" if self.going_on else "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a run said: of so many submissions, of which so many were judged in it."""

    submissions: int = 0
    judged: int = 0

    @property
    def taken_over(self) -> int:
        """Results that were there."""
        return self.submissions - self.judged


def all_runs(connection: Connection) -> list[Run]:
    """The newest first."""
    return list(_runs(connection, select(runs).order_by(runs.c.id.desc())))


def run_numbered(connection: Connection, number: int) -> Run:
    """One run.

    Raises:
        UsageError: there is none of this number.
    """
    asked = select(runs).where(runs.c.id == number)
    found = next(_runs(connection, asked), None) if number <= LARGEST else None
    if found is None:
        raise UsageError(f"no run {number} in this store; `judge results runs` lists them")
    return found


def newest_runs(connection: Connection, count: int) -> list[Run]:
    """So many, the newest first."""
    return list(_runs(connection, select(runs).order_by(runs.c.id.desc()).limit(count)))


def began(connection: Connection) -> dict[int, float]:
    """When each run began, in seconds since 1970."""
    return dict(connection.execute(select(runs.c.id, runs.c.started)).all())


def counts(connection: Connection) -> dict[int, Counts]:
    """What each run said; those that said nothing are left out."""
    judged = func.sum(case((entries.c.fresh, 1), else_=0))
    asked = select(entries.c.run_id, func.count(), judged).group_by(entries.c.run_id)
    return {
        number: Counts(submissions=every, judged=fresh) for number, every, fresh in connection.execute(asked)
    }


def _runs(connection: Connection, asked: Select[tuple[object, ...]]) -> Iterator[Run]:
    return map(_run, connection.execute(asked))


def _run(row: Row[tuple[object, ...]]) -> Run:
    owner = Owner(place=row.place, pid=row.pid, pid_started=row.pid_started)
    return Run(
        number=row.id,
        head=RunHead(
            judge_version=row.judge_version,
            entropy=int(row.entropy),
            environment=json.loads(row.environment),
        ),
        started=row.started,
        finished=row.finished,
        going_on=row.finished is None and not owner.is_gone(row.heartbeat, now()),
        complete=row.complete,
        exit_code=row.exit_code,
        seconds=row.seconds,
    )
