"""One run and a store: what is there of what it wants, whose it is to find out the rest, what it found."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from judge.errors import JudgeError, UsageError
from judge.report import Report, RunHead, SubmissionResult
from judge.store.connect import Store
from judge.store.faults import StoreFault, in_words, told
from judge.store.owners import BEAT_SECONDS, Owner, now, this_process
from judge.store.read_results import EntryResults
from judge.store.tables import claims, entries, results, runs
from judge.store.write_result import add_if_missing, keep_result

AT_ONCE = 400  # keys in one question: SQLite before 3.32 takes 999 values


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A submission whose result a run wants.

    Attributes:
        name: what reports call it. file_name: what its program is told that it is called.
        keys: of its result, by the digest of its bytes: without the file's name, and with it, for one that
            has it in a message.
    """

    name: str
    problem: str
    file_name: str
    sha256: str
    keys: Callable[[str], tuple[str, str]]


class RunRecord:
    """A run in a store. It belongs to one thread, but for its heartbeat.

    Attributes:
        there: place in the run → id of the result that is there.
        fault: what keeps results from being kept any longer; they are judged all the same.
    """

    def __init__(self, store: Store, head: RunHead, wanted: Sequence[Wanted], *, rejudge: bool) -> None:
        """Say that the run has begun, and look what is there.

        Args:
            rejudge: only results that were found out after now count as there.

        Raises:
            UsageError, StoreFault: the store can't be used.
        """
        self.store = store
        self.wanted = wanted
        self.rejudge = rejudge
        self.fault: StoreFault | None = None
        self._found_out: set[int] = set()
        self.owner = this_process()
        self.began = now()
        self._writing = store.engine.execution_options(writes=True)
        with told(self.store.name), self._writing.begin() as connection:
            self.id = self._insert(connection, head)
            self.there = {} if rejudge else _known(connection, wanted)
            _enter(connection, self.id, wanted, self.there)
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="judge-store", daemon=True)
        self._beating.start()

    @property
    def fresh(self) -> int:
        """How many results this run found out."""
        return len(self._found_out)

    @property
    def taken_over(self) -> int:
        """How many results were there, or were found out by others meanwhile."""
        return len(self.there.keys() - self._found_out)

    def is_there(self, number: int) -> bool:
        """Whether the result is there."""
        return number in self.there

    def get(self, number: int, *, with_flow: bool = True) -> SubmissionResult | None:
        """The result that is there, under this submission's own name.

        Args:
            with_flow: with what was read of its program.

        Returns:
            None where it can't be read: then it isn't there, and is to be found out.
        """
        entry = self.wanted[number].name, self.there[number]
        try:
            return next(iter(EntryResults(self.store, [entry], with_flow=with_flow)))
        except (UsageError, StoreFault):
            del self.there[number]
            return None

    def all(self, *, with_flow: bool = True) -> EntryResults:
        """All results that are there, read each time they are gone through."""
        found = [(self.wanted[at].name, self.there[at]) for at in sorted(self.there)]
        return EntryResults(self.store, found, with_flow=with_flow)

    def all_accepted(self) -> bool:
        """Whether the verdict of each result that is there is `accepted`."""
        numbers = list(self.there.values())
        with told(self.store.name), self.store.engine.connect() as connection:
            return all(
                connection.execute(
                    select(results.c.id)
                    .where(results.c.id.in_(numbers[at : at + AT_ONCE]), results.c.verdict != "accepted")
                    .limit(1)
                ).first()
                is None
                for at in range(0, len(numbers), AT_ONCE)
            )

    def is_ours(self, number: int) -> bool | None:
        """Take a submission on: whether it is ours to judge; None where its result is there."""
        if number in self.there:
            return None
        if self.fault is not None:
            return True
        try:
            with self._writing.begin() as connection:
                ours, there = self._taken(connection, number)
        except SQLAlchemyError as error:
            self._failed(error)
            return True
        if there is not None:
            self.there[number] = there
        return ours if there is None else None

    def _taken(self, connection: Connection, number: int) -> tuple[bool, int | None]:
        """Whether it is ours, and its result's id where that is there: looked at when nobody else has it."""
        wanted = self.wanted[number]
        key = wanted.keys(wanted.sha256)[0]
        added = add_if_missing(connection, claims, {"key": key, "run_id": self.id})
        if not added and not self._taken_over(connection, key):
            return False, None
        there = _known(connection, [wanted], since=self.began if self.rejudge else None)
        if not there:
            return True, None
        self._let_go(connection, key)
        _enter(connection, self.id, self.wanted, {number: there[0]})
        return False, there[0]

    def _taken_over(self, connection: Connection, key: str) -> bool:
        """Take what a run took on that nothing more will come of."""
        holder = connection.execute(
            select(runs.c.id, runs.c.place, runs.c.pid, runs.c.pid_started, runs.c.heartbeat)
            .join(claims, claims.c.run_id == runs.c.id)
            .where(claims.c.key == key)
        ).first()
        if holder is None or holder.id == self.id:  # it has just been let go: next time, then
            return False
        owner = Owner(place=holder.place, pid=holder.pid, pid_started=holder.pid_started)
        if not owner.is_gone(holder.heartbeat, now()):
            return False
        taken = (
            update(claims)
            .where(claims.c.key == key, claims.c.run_id == holder.id)
            .values(run_id=self.id)
            .returning(claims.c.key)
        )
        return connection.execute(taken).first() is not None

    def _let_go(self, connection: Connection, key: str) -> None:
        connection.execute(delete(claims).where(claims.c.key == key, claims.c.run_id == self.id))

    def put(self, number: int, result: SubmissionResult) -> None:
        """Keep a result, which is safe when this returns. What the store says against it is `fault`."""
        self._found_out.add(number)
        if self.fault is not None or number in self.there:  # it may come twice
            return
        wanted = self.wanted[number]
        keys = wanted.keys(result.sha256)
        try:
            with self._writing.begin() as connection:
                kept = keep_result(connection, self.id, keys, wanted.file_name, result)
                connection.execute(  # that of one that couldn't be read
                    delete(entries).where(entries.c.run_id == self.id, entries.c.number == number)
                )
                _enter(connection, self.id, self.wanted, {number: kept}, fresh=True)
                self._let_go(connection, wanted.keys(wanted.sha256)[0])
            self.there[number] = kept
        except SQLAlchemyError as error:
            self._failed(error)

    def finish(self, report: Report) -> None:
        """The run came to its end, or was interrupted: what it had taken on, others may have."""
        values = {
            "finished": now(),
            "complete": report.complete,
            "exit_code": report.exit_code,
            "seconds": report.seconds,
            "environment": json.dumps(dict(report.environment)),
        }
        try:
            with self._writing.begin() as connection:
                connection.execute(delete(claims).where(claims.c.run_id == self.id))
                connection.execute(update(runs).where(runs.c.id == self.id).values(values))
        except SQLAlchemyError as error:
            self._failed(error)

    def close(self) -> None:
        """Nothing more will be asked or told."""
        self._over.set()
        self._beating.join()

    def _insert(self, connection: Connection, head: RunHead) -> int:
        made = connection.execute(
            insert(runs)
            .values(
                started=self.began,
                heartbeat=self.began,
                judge_version=head.judge_version,
                entropy=str(head.entropy),
                environment=json.dumps(dict(head.environment)),
                complete=False,
                **asdict(self.owner),
            )
            .returning(runs.c.id)
        )
        return int(made.scalar_one())

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                with self._writing.begin() as connection:
                    connection.execute(update(runs).where(runs.c.id == self.id).values(heartbeat=now()))
            except SQLAlchemyError:  # the next result meets it, too
                continue

    def _failed(self, error: SQLAlchemyError) -> None:
        said: JudgeError = in_words(self.store.name, error)
        self.fault = self.fault or StoreFault(str(said))


def _known(connection: Connection, wanted: Sequence[Wanted], *, since: float | None = None) -> dict[int, int]:
    """Place → id of the result that is there, and may be given again; `since`: found out later than that."""
    places: dict[str, list[int]] = {}
    for number, one in enumerate(wanted):
        for key in one.keys(one.sha256):
            places.setdefault(key, []).append(number)
    found: dict[int, int] = {}
    keys = list(places)
    for at in range(0, len(keys), AT_ONCE):
        asked = select(results.c.key, results.c.id).where(
            results.c.current, results.c.reusable, results.c.key.in_(keys[at : at + AT_ONCE])
        )
        if since is not None:
            asked = asked.where(results.c.judged > since)
        for key, result in connection.execute(asked):
            found |= dict.fromkeys(places[key], result)
    return found


def _enter(
    connection: Connection,
    run: int,
    wanted: Sequence[Wanted],
    there: Mapping[int, int],
    *,
    fresh: bool = False,
) -> None:
    """Note which result these submissions got in this run."""
    rows = [
        {
            "run_id": run,
            "number": number,
            "submission": wanted[number].name,
            "problem": wanted[number].problem,
            "result_id": result,
            "fresh": fresh,
        }
        for number, result in there.items()
    ]
    if rows:
        connection.execute(insert(entries), rows)
