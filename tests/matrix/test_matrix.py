"""Styles times mistakes: every finding at its line, and no other."""

import pytest
from thinned import thinned

from judge.finding import EvidenceKind, Finding, Severity
from matrix.cells import Cell, right, sample, singles, some_pairs
from matrix.diagnosing import case_of, differences, faults

PAIRS = some_pairs(300)
FEW = PAIRS[:12]


def cells(chosen: tuple[Cell, ...], every: int, later: pytest.MarkDecorator = pytest.mark.more):
    names = [cell.name for cell in chosen]
    return pytest.mark.parametrize("cell", thinned(chosen, every, ids=names, later=later))


@cells(right(), 5)
def test_a_right_submission_has_no_finding_and_the_right_number(cell):
    assert faults(cell) == []
    case = case_of(cell.written().text)
    assert case.error <= 0.5
    assert case.representable


@cells(sample(), 6)
def test_a_mistake_is_found_at_its_line_and_nothing_else(cell):
    assert faults(cell) == []


@cells(FEW, 2)
def test_two_independent_mistakes_are_two_findings(cell):
    assert faults(cell) == []


@pytest.mark.more
@cells(tuple(cell for cell in singles() if cell not in sample()), 4, pytest.mark.soak)
def test_a_mistake_is_found_in_every_style(cell):
    assert faults(cell) == []


@pytest.mark.more
@cells(PAIRS[len(FEW) :], 4, pytest.mark.soak)
def test_two_independent_mistakes_are_two_findings_everywhere(cell):
    assert faults(cell) == []


def told(pitfall: str, line: int, severity: Severity = Severity.ERROR) -> tuple[Finding, ...]:
    fact = {"message": "m", "help": "h", "evidence": EvidenceKind.FLOW}
    return (Finding(pitfall=pitfall, line=line, severity=severity, **fact),)


def test_the_comparison_notices_what_is_wrong():
    cell = Cell(style="nnx_split_merge", mistakes=("seed-ignored",))
    submission = cell.written()
    (line,) = submission.lines["seed"]
    assert differences(cell.mistakes, submission, told("seed-ignored", line)) == []
    assert differences(cell.mistakes, submission, ()) == ["MISS seed-ignored"]
    assert differences((), submission, told("seed-ignored", line)) == [
        f"EXTRA seed-ignored (error) at line {line}: m"
    ]
    elsewhere = told("seed-ignored", line + 1)
    assert differences(cell.mistakes, submission, elsewhere) == [
        f"LINE seed-ignored at {line + 1}, not [{line}]"
    ]
    mild = told("seed-ignored", line, Severity.WARNING)
    assert differences(cell.mistakes, submission, mild) == ["SEVERITY seed-ignored is warning, not error"]
