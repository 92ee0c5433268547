import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.finding import Severity
from judge.report import Report
from judge.reporters.base import View
from judge.reporters.gradebook import AFTER, BEFORE, GradebookReporter, student_of
from judge.verdict import Verdict
from reporters.readers import READERS
from reporters.reports import case, finding, report, result, wrong_result
from reporters.samples import HOSTILE, every, hostile, mixed, ours, partly_ours

GRADING = Path(__file__).resolve().parents[2] / "docs" / "grading.md"
GOLDEN = """\
student,file,problem,points,max_points,percent,case generic,case scaled,case secret,first_finding,verdict
ada,submissions/demo/ada.py,demo,25,100,25.00,1,0,0,unscaled-grads,wrong_answer
bob,submissions/demo/bob.py,demo,0,100,0.00,,,,,invalid
cyd,submissions/demo/cyd.py,demo,100,100,100.00,1,,,,accepted
"""


def read(of: Report, student_id: str | None = None) -> list[dict[str, str]]:
    view = View(student_id=None if student_id is None else re.compile(student_id))
    return READERS["gradebook"](GradebookReporter(view).render(of))


def test_a_whole_gradebook():
    assert GradebookReporter().render(mixed()) == GOLDEN


@pytest.mark.parametrize(
    ("pattern", "name", "student"),
    [
        (None, "submissions/demo/ada.lovelace.py", "ada.lovelace"),
        (None, "-", "-"),
        (r"_(\d+)_", "submissions/demo_7_/lovelaceada_LATE_4711_98765_step.py", "4711"),
        (r"(?P<late>LATE_)?(?P<student>\d+)_", "lovelaceada_4711_98765_step.py", "4711"),
        (r"/([^/]+)/[^/]+$", "submissions/demo/ada/step.py", "ada"),
        (r"^(\d+)", "submissions/demo/ada.py", ""),
        (r"^(\d+)?", "submissions/demo/ada.py", ""),
    ],
)
def test_a_students_id_comes_from_the_name_of_the_file(pattern: str | None, name: str, student: str):
    assert student_of(name, None if pattern is None else re.compile(pattern)) == student


def test_the_pattern_of_the_view_is_used():
    assert [row["student"] for row in read(mixed(), "^([ab])")] == ["a", "b", ""]


def test_a_part_and_what_the_judge_is_at_fault_for_have_no_points():
    for of in (ours(), report(result(cases_total=11))):
        assert [(row["points"], row["percent"]) for row in read(of)] == [("", "")]
    (row,) = read(partly_ours())
    assert (row["points"], row["percent"], row["case generic"], row["case broken"]) == (
        "50",
        "50.00",
        "1",
        "",
    )


def test_points_are_those_of_the_problem_and_only_a_full_score_gives_all_of_them():
    almost = result(score=1 - 2**-40, points=8, cases=(case(), case("last", Verdict.WRONG_ANSWER)))
    (row,) = read(report(almost))
    assert (row["points"], row["max_points"], row["percent"]) == ("7", "8", "99.99")


def test_the_first_finding_is_the_first_line_with_an_error_or_else_with_a_warning():
    warning = finding(pitfall="warned", severity=Severity.WARNING, line=1)
    late, early = finding(pitfall="late", line=9), finding(pitfall="early", line=2)
    found = [(warning, late, early), (warning,), (finding(pitfall="nowhere", line=None), late)]
    rows = read(report(*(wrong_result(findings=some) for some in found)))
    assert [row["first_finding"] for row in rows] == ["early", "warned", "late"]


def test_cases_of_several_problems_are_told_apart():
    rows = read(report(result(), result(problem="other", cases=(case(verdict=Verdict.PITFALL),))))
    assert [(row["case demo/generic"], row["case other/generic"]) for row in rows] == [("1", ""), ("", "0")]


@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE)])
def test_there_is_one_row_for_each_file_and_no_cell_is_a_formula(of: Report):
    rows = read(of)
    assert [row["verdict"] for row in rows] == [one.verdict for one in of.results]
    cells = [cell for row in rows for cell in (*row.keys(), *row.values())]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(st.text(st.characters()))
def test_any_name_stays_in_its_cell(name: str):
    (row,) = read(report(result(submission=name)))
    assert list(row) == [*BEFORE, "case generic", *AFTER]
    assert row["student"].isprintable()
    assert not row["student"].startswith(("=", "+", "-", "@"))


def test_the_recipe_for_canvas_makes_what_its_importer_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its first three columns are looked for by name, the fourth ends what is said of a student."""
    recipe = re.search(r"```python\n(import csv\n.*?)```", GRADING.read_text(encoding="utf-8"), re.DOTALL)
    assert recipe is not None
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    of = report(*mixed().results, *ours().results, result(submission="nobody.py"))
    view = View(student_id=re.compile(r"/([abc]\w+)\.py"))
    (tmp_path / "reports/gradebook.csv").write_text(GradebookReporter(view).render(of), encoding="utf-8")
    exec(recipe[1], {})  # as a reader would
    assert (tmp_path / "reports/canvas.csv").read_text(encoding="utf-8").splitlines() == [
        "Student,ID,SIS Login ID,Section,Mixed precision",
        ",ada,,,25",
        ",bob,,,0",
        ",cyd,,,100",
    ]


def test_the_patterns_of_the_docs_find_what_they_are_for():
    files = {
        r"_(\d+)_\d+_": ("lovelaceada_4711_98765_step.py", "lovelaceada_LATE_4711_98765_step.py"),
        r"^(\d+)-": ("submissions/demo/4711-step.py",),
        r"/(\d+)/[^/]+$": ("submissions/demo/4711/step.py",),
    }
    text = GRADING.read_text(encoding="utf-8")
    for pattern, names in files.items():
        assert f"`--student-id '{pattern}'`" in text
        assert [student_of(name, re.compile(pattern)) for name in names] == ["4711"] * len(names)
