import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.report import Report
from judge.reporters.csv import COLUMNS, OF_RUBRICS, CsvReporter
from reporters.reports import report, result
from reporters.samples import HOSTILE, every, hostile, mixed, ours

GOLDEN = f"""\
submission,problem,verdict,score,max_score,pitfalls,seconds,sha256
submissions/demo/ada.py,demo,wrong_answer,0.25,1.0,full-precision-loss unscaled-grads,0.9,{"a" * 64}
submissions/demo/bob.py,demo,invalid,0.0,1.0,,0.9,{"a" * 64}
submissions/demo/cyd.py,demo,accepted,1.0,1.0,,0.9,{"b" * 64}
"""


def read(of: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(CsvReporter().render(of), newline=""), strict=True))


def test_a_whole_gradebook():
    assert CsvReporter().render(mixed()) == GOLDEN


def test_a_score_that_does_not_exist_is_an_empty_cell():
    assert [row["score"] for row in read(ours())] == [""]


def test_a_score_is_never_rounded_up_to_a_full_one():
    assert [row["score"] for row in read(report(result(score=1 - 2**-40)))] == ["0.9999999999990905"]


@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE)])
def test_there_is_one_row_for_each_submission_and_no_cell_is_a_formula(of: Report):
    rows = read(of)
    assert [row["verdict"] for row in rows] == [one.verdict for one in of.results]
    ruled = any(one.rubric is not None for one in of.results)
    assert all(set(row) == {*COLUMNS, *(OF_RUBRICS if ruled else ())} for row in rows)
    assert not [
        cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "-"])
def test_what_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(name: str):
    assert [row["submission"] for row in read(report(result(submission=name)))] == [f"'{name}"]


@given(st.text(st.characters()))
def test_any_name_stays_in_its_cell(name: str):
    (row,) = read(report(result(submission=name)))
    assert row["verdict"] == "accepted"
    assert row["submission"].isprintable()
    assert not row["submission"].startswith(("=", "+", "-", "@"))
