import re
from dataclasses import replace

import pytest
from reporters.classes import member, small_class
from reporters.reports import exception, finding, result, wrong_case, wrong_result
from reporters.samples import HOSTILE
from workflow_commands import commands

from commands.class_views.told_of import small, told_of
from judge.commands.class_views.console import parts
from judge.commands.class_views.told import Told
from judge.reporters.base import View
from judge.verdict import Verdict

GOLDEN = """\
demo: 7 submissions
2 accepted (28%), 2 partly right, 2 did not run, 1 the judge's fault

verdicts
  accepted      2  ##############################
  pitfall       1  ###############
  wrong_answer  1  ###############
  time_limit    1  ###############
  invalid       1  ###############
  judge_error   1  ###############

scores: median 0.50, mean 0.50
  from 0.0  2  ##############################
  from 0.1  0
  from 0.2  0
  from 0.3  0
  from 0.4  0
  from 0.5  2  ##############################
  from 0.6  0
  from 0.7  0
  from 0.8  0
  from 0.9  0
  full      2  ##############################
  no score  1  ###############

pitfalls, by submissions
  full-precision-loss  2  ############################## warning
  unscaled-grads       1  ###############

cases
           accepted  pitfall  failed  not judged  caught alone
  generic         4        0       1           1             0
  scaled          2        1       2           1             2

who fails alike
  cases in the order above: . accepted, ! pitfall, x failed, ? not judged
  1  wrong_answer: no finding says why  [.x]
     dan.py
  1  judge_error  [??]
     gil.py
  1  invalid: SyntaxError  no case ran
     fay.py
  1  time_limit  [xx]
     eve.py
  1  pitfall: unscaled-grads, full-precision-loss (warning)  [.!]
     cyd.py
  1  accepted: full-precision-loss (warning)  [..]
     bob.py

exceptions
  SyntaxError  1  ##############################

slowest
  20.5 s  eve.py  broke the limit: wall
  0.90 s  cyd.py
  0.90 s  dan.py
  0.90 s  fay.py
  0.70 s  bob.py
  0.50 s  ada.py
  0.10 s  gil.py
"""


def shown(told: Told, **view: object) -> str:
    return "".join(parts(told, View(**view)))


def test_a_whole_class():
    assert shown(small()) == GOLDEN


def test_nobody_and_an_interrupted_run_are_said():
    assert shown(told_of([])) == "no submission was judged\n"
    assert shown(told_of([], complete=False)) == (
        "no submission was judged\nInterrupted: what was not finished is missing here.\n"
    )


def test_each_problem_has_its_own_sections():
    text = shown(told_of([result(problem="one"), result(problem="two")]))
    assert re.findall(r"^\w+: 1 submission$", text, re.MULTILINE) == [
        "one: 1 submission",
        "two: 1 submission",
    ]
    assert text.count("\nslowest\n") == 2


def test_of_a_large_class_the_first_rows_are_shown_and_verbose_shows_all():
    told = told_of(map(member, range(200)))
    (problem,) = told.statistics.problems
    text, whole = shown(told), shown(told, verbosity=1)
    assert f"  ... and {len(problem.groups) - 12} more (-v shows them)\n" in text
    assert "more (-v" not in whole
    assert len(re.findall(r"\[[.!x]{11}\]| no case ran$", whole, re.MULTILINE)) == len(problem.groups)
    assert max(map(len, whole.splitlines())) <= 80
    assert whole.isascii()


def test_groups_that_are_counted_together_are_said():
    results = [wrong_result(exception=exception(type=f"Error{number}")) for number in range(101)]
    assert "  1 more submissions are in smaller groups\n" in shown(told_of(results))


def test_what_is_no_grade_and_what_was_not_read_is_said():
    told = told_of([replace(small_class()[0], cases_total=3)])
    assert "1 accepted (100%), 1 on a part of the cases, which is no grade\n" in shown(told)


def test_colours_are_added_and_nothing_else_is_changed():
    coloured = shown(small(), color=True)
    assert "\x1b[32m" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == GOLDEN.splitlines()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_gets_to_the_terminal_as_it_is_or_obeyed_by_a_service(text: str):
    one = wrong_result(
        submission=f"{text}.py",
        problem=text,
        exception=exception(type=text),
        findings=(finding(pitfall=text),),
        cases=(wrong_case(text, limit=text, verdict=Verdict.TIME_LIMIT),),
    )
    for verbosity in (0, 1):
        found = shown(told_of([one]), verbosity=verbosity)
        assert commands(found) == []
        assert all(line.isprintable() and len(line) <= 80 for line in found.splitlines())
