"""What each format says of points that a rubric gives."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from judge.problem.model import CaseGroup, Rubric
from judge.report import Report
from judge.reporters import REPORTERS
from judge.reporters.base import points_of
from judge.rubric import rule
from judge.verdict import Verdict
from reporters.readers import READERS
from reporters.reports import case, hidden_case, report, result, wrong_result
from reporters.samples import HOSTILE, RUBRIC, VIEW, by_rubric, mixed, ruled

LINE = "32 of 100 points: the basics 60 of 60, hidden 0 of 40, unscaled-grads -20, late -20 %"
ACCOUNT = LINE.partition(": ")[2]
ALONE = report(by_rubric().results[0])
SAID = {
    "console": LINE,
    "json": '"whole": 32,\n        "earned": 32.0,\n        "in_time": 40.0,\n        "possible": 100,',
    "jsonl": '"rubric": {"whole": 32, "earned": 32.0, "in_time": 40.0, "possible": 100, ',
    "junit": f'<property name="points" value="{LINE}" />',
    "markdown": LINE.replace(":", ":**").replace("32 of 100", "**32 of 100"),
    "gradescope": LINE.replace(":", ":**").replace("32 of 100", "**32 of 100"),
    "classroom50": f'"test-name": "{LINE}",',
    "csv": f',32,100,"{ACCOUNT}"',
    "gradebook": f',32,100,32.00,1,0,0,unscaled-grads,wrong_answer,"{ACCOUNT}"',
    "html": f"<strong>32 of 100 points</strong>: {ACCOUNT}</p>",
}
WITHOUT_POINTS = {"github", "sarif"}  # of no learner's points anything is said there


def rendered(name: str, of: Report, **view: Any) -> str:
    return REPORTERS[name](replace(VIEW, **view)).render(of)


def unfolded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_every_format_with_points_has_those_of_the_rubric_and_what_they_are_made_of(name: str):
    text = rendered(name, ALONE)
    READERS[name](text)
    if name in WITHOUT_POINTS:
        assert text == rendered(name, report(replace(ALONE.results[0], rubric=None)))
    else:
        assert SAID[name] in (unfolded(text) if name == "console" else text)


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_without_a_rubric_nothing_is_said_of_one(name: str):
    plain = report(*(replace(one, rubric=None) for one in by_rubric().results[:1]))
    assert "rubric" not in rendered(name, plain)
    assert "of 100 points" not in rendered(name, plain)


@pytest.mark.parametrize("name", ["json", "jsonl", "markdown", "gradescope", "html"])
def test_the_rule_is_shown_with_the_points(name: str):
    for sentence in rule(RUBRIC):
        assert sentence in rendered(name, ALONE)


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_of_a_class_the_rule_is_told_once_a_problem(name: str):
    text = rendered(name, by_rubric())
    body = text.partition('<article class="learner"')[0]
    assert body.count(rule(RUBRIC)[0]) == 1


def test_when_verbose_the_console_tells_the_rule():
    assert rule(RUBRIC)[-1] not in rendered("console", ALONE)
    assert f"- {rule(RUBRIC)[-1]}" in rendered("console", ALONE, verbosity=1)


def test_where_many_are_told_the_points_stand_in_the_place_of_the_score():
    lines = rendered("console", by_rubric(), verbosity=-1).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["wrong_answer", "32/100"],
        ["invalid", "0/100"],
        ["accepted", "100/100"],
    ]
    assert "accepted, score 1.00, 100 of 100 points" in rendered("console", by_rubric())
    table = rendered("markdown", by_rubric()).splitlines()
    rows = [line for line in table if re.match(r"\| \w+\.py \| (wrong|invalid|accepted)", line)]
    assert [row.split(" | ")[2] for row in rows] == ["32/100", "0/100", "100/100"]
    assert "<td>32/100</td>" in rendered("html", by_rubric())


def test_a_gradebook_has_the_points_of_the_rubric():
    rows = READERS["gradebook"](rendered("gradebook", by_rubric()))
    assert [(row["points"], row["max_points"], row["percent"]) for row in rows] == [
        ("32", "100", "32.00"),
        ("0", "100", "0.00"),
        ("100", "100", "100.00"),
    ]
    assert rows[2]["rubric"] == "the basics 60 of 60, hidden 40 of 40"


def test_of_several_problems_only_those_with_a_rubric_have_one():
    both = report(*by_rubric().results[:1], *mixed().results[:1])
    for name in ("csv", "gradebook"):
        assert [row["rubric"] for row in READERS[name](rendered(name, both))] == [ACCOUNT, ""]
    assert [row["points"] for row in READERS["csv"](rendered("csv", both))] == ["32", ""]


def test_the_tests_of_course_systems_add_up_to_the_points():
    document = READERS["gradescope"](rendered("gradescope", ALONE))
    assert document["score"] == sum(test["score"] for test in document["tests"]) == 32
    assert [(test["score"], test["max_score"]) for test in document["tests"]] == [(24, 30), (8, 30), (0, 40)]
    document = READERS["classroom50"](rendered("classroom50", by_rubric()))
    assert (document["score"], document["max-score"]) == (132, 300)


def test_a_part_of_the_cases_is_no_grade_by_a_rubric_either():
    part = report(ruled(result(cases_total=3)))
    assert "100 of 100 points (1 of 3 cases: not a grade): the basics 100 of 100" in unfolded(
        rendered("console", part)
    )
    for name in ("csv", "gradebook"):
        assert [row["points"] for row in READERS[name](rendered(name, part))] == [""]


def test_what_neither_earns_nor_costs_is_named():
    extra = (case("scaled", Verdict.JUDGE_ERROR), *(case(f"extra[{number}]") for number in range(5)))
    one = report(ruled(wrong_result(cases=(case(), *extra, hidden_case()))))
    assert (
        "the basics 42.86 of 42.86, hidden 0 of 57.14; left out, which is not your fault: scaled; for no "
        "points: extra[0], extra[1], extra[2] and 2 more"
    ) in unfolded(rendered("console", one))


def test_where_the_judge_is_at_fault_for_all_there_are_no_points():
    broken = (case("generic", Verdict.JUDGE_ERROR), case("scaled", Verdict.JUDGE_ERROR))
    one = report(ruled(result(verdict=Verdict.JUDGE_ERROR, score=None, cases=broken)))
    assert "no points: left out, which is not your fault: generic, scaled" in rendered("console", one)
    assert json.loads(rendered("json", one))["results"][0]["rubric"]["whole"] is None
    assert "score" not in READERS["gradescope"](rendered("gradescope", one))
    assert READERS["classroom50"](rendered("classroom50", one))["max-score"] == 0
    assert READERS["gradebook"](rendered("gradebook", one))[0]["points"] == ""


def test_only_full_marks_give_full_points():
    rubric = Rubric(groups=(CaseGroup(name="all", cases=("generic", "last"), points=8),))
    cases = (case(weight=1e6), case("last", Verdict.WRONG_ANSWER, weight=1e-3))
    one = ruled(result(cases=cases), rubric)
    assert points_of(one) == 7
    assert "7 of 8 points: all 7.99 of 8" in rendered("console", report(one))
    assert points_of(ruled(result(cases=cases[:1]), rubric)) == 8


@pytest.mark.parametrize("name", sorted(REPORTERS))
@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_of_a_rubric_becomes_markup(name: str, text: str):
    group = CaseGroup(name=f"x{text}", cases=("generic", "scaled", "secret"), points=9)
    one = ruled(mixed().results[0], Rubric(groups=(group,), pitfalls={"unscaled-grads": 2}))
    READERS[name](rendered(name, report(one)))
    assert "\x1b[31m" not in rendered(name, report(one))


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_nothing_but_name_verdict_and_weight_of_a_hidden_case_is_told(name: str):
    text = rendered(name, ALONE, verbosity=1)
    assert not [leak for leak in ("LEAK", "0.123456", "0.654321", "0.0192837", "77.125") if leak in text]
    other = replace(hidden_case(), message="OTHER", expected=(7.0,), actual=(8.0,), error=9.0, limit=None)
    cases = (*ALONE.results[0].cases[:-1], other)
    again = ruled(replace(ALONE.results[0], cases=cases), days=1.5)
    assert rendered(name, report(again), verbosity=1) == text
