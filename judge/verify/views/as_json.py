"""What was found, as one JSON document of the schema judge-verify/v1 (docs/schema/judge-verify-v1.json)."""

from collections.abc import Mapping, Sequence
from typing import Any

from judge import __version__
from judge.reporters.json import dumped
from judge.verify.record import CheckRecord, ProblemRecord, Table

SCHEMA = "judge-verify/v1"


def document(
    records: Sequence[ProblemRecord], environment: Mapping[str, Any], exit_code: int
) -> dict[str, Any]:
    """All of it as plain data."""
    return {
        "schema": SCHEMA,
        "judge_version": __version__,
        "exit_code": exit_code,
        "environment": dict(environment),
        "problems": [_problem(record) for record in records],
    }


def as_json(records: Sequence[ProblemRecord], environment: Mapping[str, Any], exit_code: int) -> str:
    """The document, indented, strict, in ASCII."""
    return dumped(document(records, environment, exit_code), indent=2) + "\n"


def _problem(record: ProblemRecord) -> dict[str, Any]:
    return {
        "problem": record.problem,
        "title": record.title,
        "holds": record.holds,
        "seconds": round(record.seconds, 3),
        "left_out": list(record.left_out),
        "checks": [_check(check) for check in record.checks],
    }


def _check(check: CheckRecord) -> dict[str, Any]:
    results = [
        {
            "name": result.name,
            "status": str(result.status),
            "message": result.message,
            "details": list(result.details),
        }
        for result in check.results
    ]
    return {
        "name": check.name,
        "title": check.title,
        "seconds": round(check.seconds, 3),
        "results": results,
        "tables": [_table(table) for table in check.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "head": list(table.head),
        "rows": [list(row) for row in table.rows],
    }
