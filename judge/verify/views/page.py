"""What was found, as one page for the browser, without scripts and without anything from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence

import htpy
from htpy import Node, Renderable

from judge import __version__
from judge.pages.document import document, pieces
from judge.reporters.parts.escape import escape
from judge.verify.record import CheckRecord, ProblemRecord, Result, Status, Table

_STYLE = """\
table{margin:1rem 0;font-size:.9rem}
figure{margin:1rem 0;overflow-x:auto}
figure td+td,figure th+th{text-align:right;font-variant-numeric:tabular-nums}
.status{font-weight:650}
"""
_ORDER = (Status.FAULT, Status.NOTE)
_KINDS = {Status.FAULT: "bad", Status.OK: "good", Status.NOTE: "warn"}


def page(records: Sequence[ProblemRecord]) -> str:
    """All problems: what is to be put right first, then each check with its tables."""
    whole = document(
        "judge verify",
        header=htpy.h1["judge verify"],
        main=[htpy.section[list(_problem(record))] for record in records],
        footer=f"judge {__version__}. Errors are in tolerances: above 1 is rejected.",
        styles=(_STYLE,),
    )
    return "".join(pieces(whole))


def _problem(record: ProblemRecord) -> Iterator[Node]:
    yield htpy.h2[escape(f"{record.problem}: {record.title}")]
    faults = list(record.faults)
    told = f"{len(faults)} to be put right" if faults else "all holds"
    yield htpy.p[_status(Status.FAULT if faults else Status.OK, told)]
    if record.left_out:
        yield htpy.p[f"Left out: {', '.join(record.left_out)}."]
    yield _table(("check", "", "hold", "don't", "notes", "time"), map(_row, record.checks))
    for status in _ORDER:
        for check in record.checks:
            yield from (_result(check, result) for result in check.results if result.status is status)
    for check in record.checks:
        yield from map(_figure, check.tables)
        held = [result for result in check.results if result.status is Status.OK]
        if held:
            rows = ((escape(result.name), escape(result.message)) for result in held)
            yield htpy.details[htpy.summary[f"{check.name}: {len(held)} hold"], _table(("", ""), rows)]


def _row(check: CheckRecord) -> Sequence[Node]:
    counts = [str(check.count(status)) for status in (Status.OK, Status.FAULT, Status.NOTE)]
    mark = Status.FAULT if check.count(Status.FAULT) else Status.OK
    return (htpy.b[check.name], _status(mark, str(mark)), *counts, f"{check.seconds:.1f} s")


def _result(check: CheckRecord, result: Result) -> Node:
    where = htpy.b[escape(f" {check.name}, {result.name}")]
    return [
        htpy.p[_status(result.status, str(result.status)), where, escape(f": {result.message}")],
        htpy.pre["\n".join(map(escape, result.details))] if result.details else None,
    ]


def _figure(one: Table) -> Renderable:
    rows = (tuple(map(escape, row)) for row in one.rows)
    return htpy.figure[htpy.figcaption[escape(one.title)], _table(map(escape, one.head), rows)]


def _table(head: Iterable[str], rows: Iterable[Sequence[Node]]) -> Renderable:
    return htpy.table[
        htpy.thead[htpy.tr[[htpy.th[column] for column in head]]],
        htpy.tbody[[htpy.tr[[htpy.td[cell] for cell in row]] for row in rows]],
    ]


def _status(status: Status, told: str) -> Renderable:
    return htpy.span(class_=f"status {_KINDS[status]}")[told]
