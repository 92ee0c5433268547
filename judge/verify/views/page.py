"""What was found, as one page for the browser, without scripts and without anything from elsewhere."""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from judge import __version__
from judge.reporters.parts.elements import cells, element, head, serialized, table
from judge.reporters.parts.escape import escape
from judge.verify.record import CheckRecord, ProblemRecord, Result, Status, Table

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid #8884; }
figure { margin: 1rem 0; overflow-x: auto; }
figure td + td, figure th + th { text-align: right; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: 0.6rem; background: #8881; border-radius: 4px; }
.status { font-weight: 600; }
.fault { color: #b3261e; }
.ok { color: #1b7f3b; }
.note { color: #7a5c00; }
@media (prefers-color-scheme: dark) {
  .note { color: #e0b84a; }
  .fault { color: #f2867e; }
  .ok { color: #6fcf8c; }
}
section { border-top: 2px solid #8886; margin-top: 2rem; }
footer { color: #888; margin-top: 2rem; font-size: 0.9rem; }
"""
_ORDER = (Status.FAULT, Status.NOTE)


def page(records: Sequence[ProblemRecord]) -> str:
    """All problems: what is to be put right first, then each check with its tables."""
    body = element("body", element("h1", "judge verify"), element("main", *_problems(records)))
    body.append(element("footer", f"judge {__version__}. Errors are in tolerances: above 1 is rejected."))
    tree = element("html", head("judge verify", _STYLE), body, lang="en")
    return f"<!DOCTYPE html>\n{serialized(tree)}\n"


def _problems(records: Sequence[ProblemRecord]) -> Iterator[ET.Element]:
    for record in records:
        yield element("section", *_problem(record))


def _problem(record: ProblemRecord) -> Iterator[ET.Element]:
    yield element("h2", escape(f"{record.problem}: {record.title}"))
    faults = list(record.faults)
    told = f"{len(faults)} to be put right" if faults else "all holds"
    yield element("p", element("span", told, class_=f"status {'fault' if faults else 'ok'}"))
    if record.left_out:
        yield element("p", f"Left out: {', '.join(record.left_out)}.")
    yield table(("check", "", "hold", "don't", "notes", "time"), (_row(check) for check in record.checks))
    for status in _ORDER:
        for check in record.checks:
            for result in check.results:
                if result.status is status:
                    yield from _result(check, result)
    for check in record.checks:
        for one in check.tables:
            yield element("figure", element("figcaption", escape(one.title)), _table(one))
        held = [result for result in check.results if result.status is Status.OK]
        if held:
            rows = (cells(escape(result.name), escape(result.message)) for result in held)
            summary = element("summary", f"{check.name}: {len(held)} hold")
            yield element("details", summary, table(("", ""), rows))


def _row(check: CheckRecord) -> ET.Element:
    counts = [str(check.count(status)) for status in (Status.OK, Status.FAULT, Status.NOTE)]
    mark = Status.FAULT if check.count(Status.FAULT) else Status.OK
    status = element("span", str(mark), class_=f"status {mark}")
    return cells(element("b", check.name), status, *counts, f"{check.seconds:.1f} s")


def _result(check: CheckRecord, result: Result) -> Iterator[ET.Element]:
    kind = element("span", str(result.status), class_=f"status {result.status}")
    where = element("b", escape(f" {check.name}, {result.name}"))
    yield element("p", kind, where, escape(f": {result.message}"))
    if result.details:
        yield element("pre", "\n".join(map(escape, result.details)))


def _table(one: Table) -> ET.Element:
    return table(map(escape, one.head), (cells(*map(escape, row)) for row in one.rows))
