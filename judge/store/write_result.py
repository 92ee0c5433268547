"""One result into the tables."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from judge.report import SubmissionResult
from judge.store.owners import now
from judge.store.records import packed
from judge.store.tables import case_results, cases, findings, problems, results, submissions


def keep_result(
    connection: Connection, run: int, keys: tuple[str, str], file_name: str, result: SubmissionResult
) -> int:
    """Keep a result in place of the one that its key has; its id.

    Args:
        keys: without the file's name, and with it.
    """
    parts = packed(result)
    key = keys[1] if parts.mentions(file_name) else keys[0]  # a name is that of no other file
    add_if_missing(connection, submissions, {"sha256": result.sha256, "source": parts.source})
    problem = _problem(connection, result)
    connection.execute(update(results).where(results.c.key == key, results.c.current).values(current=False))
    made = connection.execute(
        insert(results)
        .values(
            key=key,
            current=True,
            reusable=result.reusable,
            sha256=result.sha256,
            problem_id=problem,
            run_id=run,
            judged=now(),
            verdict=str(result.verdict),
            score=result.score,
            whole=result.cases_total is None,
            seconds=result.seconds,
            record=parts.record,
            flow=parts.flow,
        )
        .returning(results.c.id)
    )
    number = int(made.scalar_one())
    _keep_parts(connection, number, result)
    return number


def _keep_parts(connection: Connection, number: int, result: SubmissionResult) -> None:
    """The cases and findings of a result, to be asked for."""
    case_rows = [
        {"result_id": number, "position": at, "name": case.name, "verdict": str(case.verdict)}
        for at, case in enumerate(result.cases)
    ]
    finding_rows = [
        {
            "result_id": number,
            "position": at,
            "pitfall": finding.pitfall,
            "severity": str(finding.severity),
            "line": finding.line,
        }
        for at, finding in enumerate(result.findings)
    ]
    for table, rows in ((case_results, case_rows), (findings, finding_rows)):
        if rows:
            connection.execute(insert(table), rows)


def add_if_missing(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Add a row unless one of its key is there; whether it was added."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as adding  # noqa: PLC0415 -- one of two dialects
    else:
        from sqlalchemy.dialects.sqlite import insert as adding  # type: ignore[assignment] # noqa: PLC0415 -- as above

    added = adding(table).values(row).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return connection.execute(added).first() is not None


def _problem(connection: Connection, result: SubmissionResult) -> int:
    """The id of the problem with these cases."""
    row = {"name": result.problem, "cases_sha256": result.cases_sha256}
    added = add_if_missing(connection, problems, row)
    asked = select(problems.c.id).where(
        problems.c.name == result.problem, problems.c.cases_sha256 == result.cases_sha256
    )
    number = int(connection.execute(asked).scalar_one())
    rows = [
        {
            "problem_id": number,
            "position": at,
            "name": case.name,
            "visibility": case.visibility,
            "weight": case.weight,
        }
        for at, case in enumerate(result.cases)
    ]
    if rows and (added or not _has_cases(connection, number)):  # what can't be run at all has none
        connection.execute(insert(cases), rows)
    return number


def _has_cases(connection: Connection, problem: int) -> bool:
    return connection.execute(select(cases.c.name).where(cases.c.problem_id == problem)).first() is not None
