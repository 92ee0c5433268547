"""What was found, for the terminal: a line a check, what is to be put right, what is worth knowing."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from judge.reporters.parts.escape import escape
from judge.verify.record import CheckRecord, ProblemRecord, Result, Status, Table

INDENT = "    "


def text(records: Sequence[ProblemRecord], *, width: int = 80, verbosity: int = 0) -> str:
    """All problems, one below the other; quiet shows what is to be put right alone, verbose tables, too."""
    return "\n".join("".join(f"{line}\n" for line in _problem(one, width, verbosity)) for one in records)


def _problem(record: ProblemRecord, width: int, verbosity: int) -> Iterator[str]:
    yield f"{record.problem}: {record.title}"
    if verbosity >= 0:
        yield from (_line(check) for check in record.checks)
    for check, result in record.faults:
        yield ""
        yield from _told(check, result, width)
    notes = [(check, one) for check in record.checks for one in check.results if one.status is Status.NOTE]
    for check, result in notes if verbosity >= 0 else ():
        yield ""
        yield from _told(check, result, width)
    if verbosity > 0:
        for check in record.checks:
            for table in check.tables:
                yield ""
                yield from table_lines(table)
    yield ""
    yield _summary(record)


def _line(check: CheckRecord) -> str:
    faults, notes = check.count(Status.FAULT), check.count(Status.NOTE)
    parts = [f"{check.count(Status.OK)} hold"]
    parts += [f"{faults} don't"] if faults else []
    parts += [f"{notes} note{'s' * (notes > 1)}"] if notes else []
    return f"  {'FAULT' if faults else 'ok':5}  {check.name}: {', '.join(parts)} ({check.seconds:.1f} s)"


def _told(check: CheckRecord, result: Result, width: int) -> Iterator[str]:
    head = f"{result.status}: {check.name}, {result.name}: {result.message}"
    yield from wrap(escape(head), width, subsequent_indent=INDENT, break_on_hyphens=False)
    yield from (f"{INDENT}{escape(line)}" for line in result.details)


def _summary(record: ProblemRecord) -> str:
    faults = len(list(record.faults))
    told = "all holds" if not faults else f"{faults} thing{'s' * (faults > 1)} to be put right"
    left = f"; left out: {', '.join(record.left_out)}" if record.left_out else ""
    return f"{record.problem}: {told}{left} ({record.seconds:.0f} s)"


def table_lines(table: Table) -> Iterator[str]:
    """The title, the heads and the rows, the first column to the left and the others to the right."""
    rows = [tuple(map(escape, row)) for row in (table.head, *table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    yield escape(table.title)
    for row in rows:
        first, *others = row
        cells = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((f"{first:<{widths[0]}}", *cells)).rstrip()
