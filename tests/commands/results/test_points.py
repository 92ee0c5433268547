"""Points by the rubrics of today, lateness by the course's list, and which attempt counts."""

import json
from pathlib import Path
from typing import Any

import pytest
from reporters.reports import case, result
from store.courses import Course

from commands.exercises import make_problem
from commands.results.calling import call, rows, shown
from judge.report import SubmissionResult
from judge.verdict import Verdict

RUBRIC = """\
rubric:
  cases:
    - {{name: easy, cases: [small, drawn], points: 60}}
    - {{name: hidden, cases: [secret], points: 40}}
  late: {{per_day: 10, at_most: 50}}
  attempts: {attempts}
"""
CASES = ("small", "drawn[0]", "drawn[1]", "secret")
DUE = "student,due\nada,2026-09-22T03:33:20+00:00\n"  # the second run begins less than a day later


def attempt(content: str, *failed: str) -> SubmissionResult:
    cases = tuple(
        case(name=name, verdict=Verdict.WRONG_ANSWER if name in failed else Verdict.ACCEPTED)
        for name in CASES
    )
    verdict = Verdict.WRONG_ANSWER if failed else Verdict.ACCEPTED
    return result(sha256=content * 64, cases=cases, verdict=verdict, score=1 - len(failed) / len(CASES))


@pytest.fixture
def problem(root: Path) -> Path:
    return root / "problems/demo/problem.yaml"


def say(problem: Path, attempts: str = "best") -> None:
    plain = problem.read_text().partition("rubric:")[0]
    problem.write_text(plain + RUBRIC.format(attempts=attempts))


@pytest.fixture
def course(store_url: str) -> Course:
    """Ada's first attempt fails a case, her second one none, her third one all."""
    made = Course(store_url)
    made.run({"ada.py": attempt("1", "secret")})
    made.run({"ada.py": attempt("2")})
    made.run({"ada.py": attempt("3", *CASES)})
    return made


def told(course: Course, problem: Path, *arguments: str) -> list[Any]:
    done = call("--root", str(problem.parents[2]), "--store", course.url, "--format", "json", *arguments)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)["results"]


def test_results_get_the_points_of_today_without_judging(course: Course, problem: Path):
    assert ["rubric" in one for one in told(course, problem, "--which", "all")] == [False] * 3
    say(problem)
    found = told(course, problem, "--which", "all")
    assert [one["rubric"]["earned"] for one in found] == [60, 100, 0]
    assert "easy" in " ".join(found[0]["rubric"]["rule"])


def test_who_is_late_loses_what_the_rubric_says(course: Course, problem: Path, tmp_path: Path):
    say(problem)
    roster = tmp_path / "course.csv"
    roster.write_text(DUE)
    found = told(course, problem, "--which", "all", "--roster", str(roster))
    assert [(one["rubric"]["late_percent"], one["rubric"]["earned"]) for one in found] == [
        (0, 60),
        (10, 90),
        (20, 0),
    ]


@pytest.mark.parametrize(("attempts", "content"), [("best", "2"), ("last", "3")])
def test_the_attempt_counts_that_the_rubric_says(course: Course, problem: Path, attempts: str, content: str):
    say(problem, attempts)
    root = ("--root", str(problem.parents[2]), "--store", course.url)
    assert shown(*root, "--which", "counts") == [("ada.py", content)]
    book = call(*root, "--which", "counts", "--format", "gradebook")
    assert rows(book.stdout)[0]["points"] == {"best": "100", "last": "0"}[attempts]


def test_lateness_decides_which_attempt_is_the_best(course: Course, problem: Path, tmp_path: Path):
    say(problem)
    text = problem.read_text().replace("per_day: 10, at_most: 50", "per_day: 60, at_most: 90")
    problem.write_text(text)
    roster = tmp_path / "course.csv"
    roster.write_text(DUE)
    asked = ("--root", str(problem.parents[2]), "--store", course.url, "--roster", str(roster))
    assert shown(*asked, "--which", "counts") == [("ada.py", "1")], "60 in time, 40 a day later"
    assert shown(*asked, "--which", "best") == [("ada.py", "2")]


def test_without_a_rubric_the_best_attempt_counts(course: Course, problem: Path):
    assert shown("--root", str(problem.parents[2]), "--store", course.url, "--which", "counts") == [
        ("ada.py", "2")
    ]


def test_it_is_told_where_the_problem_is_not_to_be_had(course: Course, tmp_path: Path):
    make_problem(tmp_path / "elsewhere", "another")
    done = call("--root", str(tmp_path / "elsewhere"), "--store", course.url, "--format", "gradebook")
    assert done.exit_code == 0
    assert "demo is told without the points" in done.stderr
