import re
from pathlib import Path

import pytest

from judge.problem.load import load_problem
from judge.problem.model import CaseGroup, Late, Rubric
from problem.demo import DEMO, Demo

RUBRIC = """\
rubric:
  cases:
    - {name: the basics, cases: [drawn], points: 12}
    - {name: hidden, cases: [designed], points: 8}
  pitfalls: {stale-loss: 5}
  late: {per_day: 10, at_most: 50}
  attempts: last
"""
LINE = DEMO.count("\n")  # the rubric's lines follow


@pytest.fixture
def ruled(demo: Demo) -> Demo:
    made = Demo(root=demo.root, text=DEMO + RUBRIC)
    made.file.write_text(made.text)
    return made


def at(line: int, what: str) -> list[str]:
    """A fault on a line of the rubric, counted from `rubric:`."""
    return [f"{LINE + line}: rubric.{what}"]


def test_a_rubric_becomes_these_records(ruled: Demo):
    assert ruled.load().rubric == Rubric(
        groups=(
            CaseGroup(name="the basics", cases=("drawn",), points=12),
            CaseGroup(name="hidden", cases=("designed",), points=8),
        ),
        pitfalls={"stale-loss": 5},
        late=Late(per_day=10, at_most=50),
        attempts="last",
    )


def test_all_but_the_groups_may_be_left_out(ruled: Demo):
    ruled.file.write_text(
        re.sub(r"  (pitfalls|late|attempts): .*\n", "", DEMO) + RUBRIC.partition("  pitfalls")[0]
    )
    rubric = ruled.load().rubric
    assert rubric is not None
    assert (rubric.pitfalls, rubric.late, rubric.attempts) == ({}, None, "best")


def test_a_problem_without_one_has_none(demo: Demo):
    assert demo.load().rubric is None


def test_the_points_of_a_problem_are_the_sum_of_the_groups(ruled: Demo):
    assert ruled.load().points == 20
    ruled.file.write_text(ruled.text.replace("points: 20\n", "").replace("points: 8", "points: 9"))
    assert load_problem(ruled.root, ruled.folder).points == 21


def test_points_that_differ_from_the_sum_are_a_fault(ruled: Demo):
    assert ruled.faults("points: 20\n", "points: 30\n") == [
        "4: points: must be 20, the sum of the rubric's groups, not 30"
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  attempts: last", "  attempts: lst", at(7, "attempts: is unknown: 'lst'; did you mean `last`?")),
        (
            "  attempts: last",
            "  attemps: last",
            at(7, "attemps: is an unknown key; did you mean `attempts`?"),
        ),
        ("{per_day: 10, ", "{", at(6, "late.per_day: is missing")),
        ("per_day: 10", "per_day: 0", at(6, "late.per_day: must be from 1 to 100, not 0")),
        ("at_most: 50", "at_most: 5", at(6, "late.at_most: must be from 10 to 100, not 5")),
        ("at_most: 50", "at_most: 101", at(6, "late.at_most: must be from 10 to 100, not 101")),
        (
            "{stale-loss: 5}",
            "{stale-los: 5}",
            at(5, "pitfalls.stale-los: is none of the problem's `pitfalls`; did you mean `stale-loss`?"),
        ),
        (
            "{stale-loss: 5}",
            "{stale-loss: 0}",
            at(5, "pitfalls.stale-loss: must be from 1 to 1000000, not 0"),
        ),
        (
            "{stale-loss: 5}",
            "[stale-loss]",
            at(5, "pitfalls: must be a mapping (`key: value` lines), not a list"),
        ),
        (
            "cases: [designed]",
            "cases: [designd]",
            at(4, "cases[1].cases[0]: is no case of this file: 'designd'; did you mean `designed`?"),
        ),
        (
            "cases: [drawn]",
            "cases: ['drawn[0]']",
            at(
                3,
                "cases[0].cases[0]: is no case of this file: 'drawn[0]'; `drawn` stands for all its repeats",
            ),
        ),
        (
            "cases: [designed]",
            "cases: [designed, drawn]",
            at(4, "cases[1].cases[1]: `drawn` is in the group `the basics` already"),
        ),
        (
            "cases: [drawn]",
            "cases: [drawn, drawn]",
            at(3, "cases[0].cases[1]: `drawn` is in the group `the basics` already"),
        ),
        (
            "name: hidden",
            "name: the basics",
            at(4, "cases[1].name: `the basics` is the name of the group on line 48 too"),
        ),
        ("name: hidden, ", "", at(4, "cases[1].name: is missing")),
        ("cases: [designed], ", "", at(4, "cases[1].cases: is missing")),
        ("cases: [designed]", "cases: []", at(4, "cases[1].cases: needs at least 1 item")),
        (", points: 8", "", at(4, "cases[1].points: is missing")),
        ("points: 8", "points: 0", at(4, "cases[1].points: must be from 1 to 1000000, not 0")),
        ("points: 8", "points: 7.5", at(4, "cases[1].points: must be a whole number, not 7.5")),
        ("points: 8", "points: 1000000", at(2, "cases: has more than 1000000 points in all")),
        (
            "    - {name: hidden, cases: [designed], points: 8}\n",
            "",
            at(2, "cases: `designed` is in no group; every case belongs to one"),
        ),
    ],
)
def test_each_fault_has_its_line(ruled: Demo, old: str, new: str, fault: list[str]):
    assert ruled.faults(old, new) == fault


def test_a_rubric_without_groups_is_none(ruled: Demo):
    assert ruled.faults(text=DEMO + "rubric: {attempts: best}\n") == at(1, "cases: is missing")
    assert ruled.faults(text=DEMO + "rubric: {cases: []}\n") == at(1, "cases: needs at least 1 item")
    assert ruled.faults(text=DEMO + "rubric: 3\n") == [
        f"{LINE + 1}: rubric: must be a mapping (`key: value` lines), not 3"
    ]


def test_all_faults_are_told_at_once(ruled: Demo):
    text = (
        ruled.text.replace("[designed]", "[nobody]")
        .replace("stale-loss: 5", "other: 5")
        .replace("per_day: 10", "per_day: 0")
    )
    assert [fault.split(":")[1].strip() for fault in ruled.faults(text=text)] == [
        "rubric.cases[1].cases[0]",
        "rubric.pitfalls.other",
        "rubric.late.per_day",
    ]


def test_cases_that_have_faults_themselves_are_not_held_against_it(ruled: Demo):
    assert ruled.faults("name: designed", "name: de signed") == [
        "20: cases[0].name: must be made of letters, digits, - and _, not 'de signed'"
    ]


def test_the_example_of_the_documentation_is_one(demo: Demo):
    page = (Path(__file__).parents[2] / "docs" / "problem-format.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(rubric:.*?)```", page, flags=re.DOTALL)
    text = DEMO.replace("points: 20\n", "").replace("stale-loss", "unscaled-grads, uncast-inputs")
    text = text.replace("name: designed", "name: hidden-large").replace("name: drawn", "name: scaled")
    faults = demo.faults(text=text + example.replace("[scaled, plain]", "[scaled]"))
    assert faults == []
    assert demo.load().points == 100
