"""Which result a submission has, and which it had: rows without the results themselves.

What is asked here stands in the indexes alone, so that it is quick however large the results are.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, exists, func, not_, select, tuple_

from judge.store.tables import entries, findings, results
from judge.verdict import Verdict

AT_ONCE = 400  # values in one question: SQLite before 3.32 takes 999
ROWS = 5_000  # in memory
File = tuple[str, str]  # problem and submission


class Given(NamedTuple):
    """A result that a submission got, and kept until it got another one.

    Attributes:
        first: the run in which it got it; 0 where that wasn't asked. run: the last one in which it had it.
        result: its id.
    """

    problem: str
    submission: str
    first: int
    run: int
    result: int

    @property
    def file(self) -> File:
        """Whose it is."""
        return self.problem, self.submission


class Fact(NamedTuple):
    """What is known of a result without reading it.

    Attributes:
        judged: seconds since 1970. whole: judged on all cases; otherwise the score is no grade.
    """

    sha256: str
    judged: float
    verdict: Verdict
    score: float | None
    whole: bool


class Told(NamedTuple):
    """A finding in short."""

    pitfall: str
    severity: str
    line: int | None


def newest(
    connection: Connection,
    problem: str | None = None,
    *,
    containing: Iterable[str] = (),
    verdicts: Iterable[Verdict] = (),
    pitfalls: Iterable[str] = (),
) -> list[Given]:
    """What each submission has by now.

    Args:
        containing: names have all of this in them, in capitals or not. verdicts, pitfalls: it has one of
            these; empty for all.
    """
    later = entries.alias("later")
    is_newest = not_(
        exists().where(
            later.c.problem == entries.c.problem,
            later.c.submission == entries.c.submission,
            later.c.run_id > entries.c.run_id,
        )
    )
    asked = [is_newest, *_meant(problem, containing)]
    for wanted, having in ((verdicts, _with_verdict), (pitfalls, _with_pitfall)):
        known = [str(one) for one in wanted]
        if known:
            asked.append(entries.c.result_id.in_(having(known)))
    columns = (entries.c.problem, entries.c.submission, entries.c.run_id, entries.c.result_id)
    return [
        Given(problem, submission, 0, run, result)
        for problem, submission, run, result in connection.execute(select(*columns).where(*asked))
    ]


def newest_page(
    connection: Connection, problem: str | None, limit: int, offset: int
) -> tuple[list[Given], int]:
    """A part of the same, by problem, the newest run first; and how many there are."""
    each = select(entries.c.problem, entries.c.submission, func.max(entries.c.run_id).label("run_id"))
    each = each.where(*_meant(problem)).group_by(entries.c.problem, entries.c.submission)
    every = connection.execute(select(func.count()).select_from(each.subquery())).scalar_one()
    ordered = each.order_by(entries.c.problem, each.selected_columns.run_id.desc(), entries.c.submission)
    page = [(problem, name) for problem, name, _ in connection.execute(ordered.limit(limit).offset(offset))]
    past = {history[0].file: history[-1] for history in histories_of(connection, page)}
    return [past[file] for file in page if file in past], every


def files(connection: Connection, problem: str | None = None, containing: Iterable[str] = ()) -> list[File]:
    """All submissions; `containing` as `newest` has it."""
    asked = select(entries.c.problem, entries.c.submission).distinct().where(*_meant(problem, containing))
    return [(problem, submission) for problem, submission in connection.execute(asked)]


def _meant(problem: str | None, containing: Iterable[str] = ()) -> list[ColumnElement[bool]]:
    some = [entries.c.submission.icontains(part, autoescape=True) for part in containing]
    return some if problem is None else [entries.c.problem == problem, *some]


def of_run(connection: Connection, run: int, problem: str | None = None) -> list[Given]:
    """What a run said, in the order of its report."""
    asked = (
        select(entries.c.problem, entries.c.submission, entries.c.result_id)
        .where(entries.c.run_id == run, *_meant(problem))
        .order_by(entries.c.number)
    )
    return [
        Given(problem, submission, 0, run, result)
        for problem, submission, result in connection.execute(asked)
    ]


def histories(
    connection: Connection, problem: str | None = None, until: int | None = None
) -> Iterator[list[Given]]:
    """What each submission had, one after the other, in time.

    Args:
        until: the last run to look at.
    """
    yield from _histories(connection, _meant(problem), until)


def histories_of(
    connection: Connection, files: Iterable[File], until: int | None = None
) -> Iterator[list[Given]]:
    """The same of these submissions."""
    wanted = list(dict.fromkeys(files))
    for at in range(0, len(wanted), AT_ONCE // 2):
        pair = tuple_(entries.c.problem, entries.c.submission)
        yield from _histories(connection, [pair.in_(wanted[at : at + AT_ONCE // 2])], until)


def _histories(
    connection: Connection, asked: Sequence[ColumnElement[bool]], until: int | None
) -> Iterator[list[Given]]:
    conditions = [*asked, *([] if until is None else [entries.c.run_id <= until])]
    asked_for = (
        select(entries.c.problem, entries.c.submission, entries.c.run_id, entries.c.result_id)
        .where(*conditions)
        .order_by(entries.c.problem, entries.c.submission, entries.c.run_id)
    )
    rows = connection.execute(asked_for, execution_options={"yield_per": ROWS})
    for (problem, submission), of_file in groupby(rows, key=itemgetter(0, 1)):
        history: list[Given] = []
        for _, _, run, result in of_file:
            if history and history[-1].result == result:
                history[-1] = history[-1]._replace(run=run)
            else:
                history.append(Given(problem, submission, run, run, result))
        yield history


def facts(connection: Connection, numbers: Iterable[int]) -> dict[int, Fact]:
    """What is known of these results."""
    columns = (results.c.sha256, results.c.judged, results.c.verdict, results.c.score, results.c.whole)
    found: dict[int, Fact] = {}
    for chunk in _chunks(numbers):
        asked = select(results.c.id, *columns).where(results.c.id.in_(chunk))
        for number, sha256, judged, verdict, score, whole in connection.execute(asked):
            found[number] = Fact(sha256, judged, Verdict(verdict), score, whole)
    return found


def findings_of(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[Told, ...]]:
    """What was found in these results, in the order of each; those without findings are left out."""
    found: dict[int, list[Told]] = {}
    for chunk in _chunks(numbers):
        asked = (
            select(findings.c.result_id, findings.c.pitfall, findings.c.severity, findings.c.line)
            .where(findings.c.result_id.in_(chunk))
            .order_by(findings.c.result_id, findings.c.position)
        )
        for number, pitfall, severity, line in connection.execute(asked):
            found.setdefault(number, []).append(Told(pitfall, severity, line))
    return {number: tuple(told) for number, told in found.items()}


def with_verdict(connection: Connection, verdicts: Iterable[Verdict]) -> set[int]:
    """The results that have one of these verdicts."""
    return set(connection.scalars(_with_verdict([str(verdict) for verdict in verdicts])))


def with_pitfall(connection: Connection, pitfalls: Iterable[str]) -> set[int]:
    """The results in which one of these was found."""
    return set(connection.scalars(_with_pitfall(list(pitfalls))))


def _with_verdict(verdicts: Sequence[str]) -> Select[tuple[int]]:
    return select(results.c.id).where(results.c.verdict.in_(verdicts))


def _with_pitfall(pitfalls: Sequence[str]) -> Select[tuple[int]]:
    return select(findings.c.result_id).where(findings.c.pitfall.in_(pitfalls))


def known_problems(connection: Connection) -> list[str]:
    """The problems that anything was judged of."""
    return list(connection.scalars(select(entries.c.problem).distinct().order_by(entries.c.problem)))


def known_pitfalls(connection: Connection) -> list[str]:
    """All that was ever found."""
    return list(connection.scalars(select(findings.c.pitfall).distinct().order_by(findings.c.pitfall)))


def _chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(set(numbers))
    for at in range(0, len(every), AT_ONCE):
        yield every[at : at + AT_ONCE]
