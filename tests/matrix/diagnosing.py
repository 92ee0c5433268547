"""Generated submissions diagnosed in this process, without a sandbox, and what is wrong with the findings."""

import os
from functools import cache

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_allow_excess_precision=false")

from marks import misplaced
from public_cases import array, clues_of
from traced import called, flow_of, problem, problem_of

from judge.compare import compare
from judge.evidence import ArrayValue
from judge.finding import Finding, Severity
from judge.flow import Flow
from judge.pitfalls import CaseClue, Clues, diagnose
from matrix.cells import Cell
from matrix.mistakes import MISTAKES
from matrix.templates import Written


@cache
def expected(name: str) -> ArrayValue:
    """The reference's output for the arguments that every submission is called with."""
    value = array(called((problem(name).reference / "reference.py").read_text(encoding="utf-8")))
    assert value is not None
    return value


def case_of(source: str) -> CaseClue:
    """One call of the entry point, compared with the reference."""
    actual, asked = array(called(source)), problem_of(source)
    compared = None if actual is None else compare(expected(asked.id), actual, asked.returns, asked.tolerance)
    error, tolerance = (None, None) if compared is None else (compared.error, compared.tolerance)
    return CaseClue(
        name="generic",
        expected=expected(asked.id),
        actual=actual,
        error=error / tolerance if error is not None and tolerance else None,
        representable=None if compared is None else compared.representable,
    )


def read_and_diagnosed(source: str) -> tuple[tuple[Finding, ...], Flow]:
    """The findings, and the flow that they were found in."""
    cases = clues_of(source) if problem_of(source).element_roles else (case_of(source),)
    flow = flow_of(source)
    return diagnose(Clues(problem=problem_of(source), flow=flow, cases=cases, source=source)), flow


def diagnosed(source: str) -> tuple[tuple[Finding, ...], str | None]:
    """The findings, and why the program could not be read (None where it was)."""
    findings, flow = read_and_diagnosed(source)
    return findings, flow.reason


def faults(cell: Cell) -> list[str]:
    """What is other than it should be, one line each: UNREAD, what `differences` says, and marks."""
    submission = cell.written()
    findings, flow = read_and_diagnosed(submission.text)
    unread = [] if flow.reason is None else [f"UNREAD {flow.reason}"]
    return [
        *unread,
        *differences(cell.mistakes, submission, findings),
        *(f"MARK {told}" for told in misplaced(submission.text, flow, findings)),
    ]


def differences(mistakes: tuple[str, ...], submission: Written, findings: tuple[Finding, ...]) -> list[str]:
    """MISS, EXTRA (a false alarm), LINE, SEVERITY: how findings differ from those that are due."""
    found: list[str] = []
    known: set[str] = set()
    for name in mistakes:
        found += _of_mistake(name, submission, findings)
        known |= {*MISTAKES[name].ids, *MISTAKES[name].allowed}
    extra = [one for one in findings if one.pitfall not in known]
    return found + [
        f"EXTRA {one.pitfall} ({one.severity}) at line {one.line}: {one.message}" for one in extra
    ]


def _of_mistake(name: str, submission: Written, findings: tuple[Finding, ...]) -> list[str]:
    mistake = MISTAKES[name]
    told = [one for one in findings if one.pitfall in mistake.ids]
    if not told:
        return [f"MISS {'|'.join(mistake.ids)}"] if mistake.ids else []
    lines: set[int] = set().union(*(submission.lines.get(mark, ()) for mark in mistake.at or marks(name)))
    severity = Severity.WARNING if mistake.warning else Severity.ERROR
    found = []
    for one in told:
        shown = range(one.line or 0, (one.end_line or one.line or 0) + 1)
        if not lines & set(shown):
            found.append(f"LINE {one.pitfall} at {one.line}, not {sorted(lines)}")
        if one.severity is not severity:
            found.append(f"SEVERITY {one.pitfall} is {one.severity}, not {severity}")
    return found


def marks(name: str) -> set[str]:
    """The slots that a mistake fills: where it is, if nothing else is said."""
    return {slot.rstrip("?") for slot in MISTAKES[name].slots}
