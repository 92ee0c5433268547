import csv
import io
import json as reader

import pytest
from reporters.classes import small_class
from reporters.reports import exception, finding, wrong_case, wrong_result
from reporters.samples import HOSTILE

from commands.class_views.told_of import small, told_of
from judge.commands.class_views.csv import COLUMNS, parts
from judge.commands.class_views.json import parts as json_parts
from judge.commands.class_views.told import Told
from judge.reporters.base import View

GOLDEN = """\
problem,section,key,measure,value
,run,,complete,true
demo,summary,,submissions,2
demo,summary,,accepted,1
demo,summary,,accepted_share,0.5
demo,summary,,partly_right,1
demo,summary,,did_not_run,0
demo,summary,,judge_at_fault,0
demo,summary,,not_read,0
demo,summary,,in_part,0
demo,summary,,in_other_groups,0
demo,verdicts,pitfall,submissions,1
demo,verdicts,accepted,submissions,1
demo,scores,,median,0.75
demo,scores,,mean,0.75
demo,scores,0.0,submissions,0
demo,scores,0.1,submissions,0
demo,scores,0.2,submissions,0
demo,scores,0.3,submissions,0
demo,scores,0.4,submissions,0
demo,scores,0.5,submissions,1
demo,scores,0.6,submissions,0
demo,scores,0.7,submissions,0
demo,scores,0.8,submissions,0
demo,scores,0.9,submissions,0
demo,scores,full,submissions,1
demo,scores,none,submissions,0
demo,pitfalls,unscaled-grads,submissions,1
demo,pitfalls,unscaled-grads,errors,1
demo,pitfalls,unscaled-grads,warnings,0
demo,pitfalls,full-precision-loss,submissions,1
demo,pitfalls,full-precision-loss,errors,0
demo,pitfalls,full-precision-loss,warnings,1
demo,cases,generic,visibility,public
demo,cases,generic,accepted,2
demo,cases,generic,pitfall,0
demo,cases,generic,failed,0
demo,cases,generic,judge_error,0
demo,cases,generic,caught_alone,0
demo,cases,scaled,visibility,public
demo,cases,scaled,accepted,1
demo,cases,scaled,pitfall,1
demo,cases,scaled,failed,0
demo,cases,scaled,judge_error,0
demo,cases,scaled,caught_alone,1
demo,groups,1,submissions,1
demo,groups,1,verdict,pitfall
demo,groups,1,errors,unscaled-grads
demo,groups,1,warnings,full-precision-loss
demo,groups,1,exception,
demo,groups,1,name 1,cyd.py
demo,groups,1,case generic,accepted
demo,groups,1,case scaled,pitfall
demo,slowest,cyd.py,seconds,0.9
demo,slowest,cyd.py,limits,
demo,slowest,ada.py,seconds,0.5
demo,slowest,ada.py,limits,
"""


def table(told: Told) -> list[dict[str, str]]:
    text = "".join(parts(told, View()))
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_whole_table():
    one, _, two, *_ = small_class()
    assert "".join(parts(told_of([one, two]), View())) == GOLDEN


def test_an_interrupted_run_and_nobody_are_said():
    assert table(told_of([], complete=False)) == [
        {"problem": "", "section": "run", "key": "", "measure": "complete", "value": "false"}
    ]


def test_what_there_is_none_of_is_an_empty_cell():
    ours = small_class()[-1]
    assert [row["value"] for row in table(told_of([ours])) if row["section"] == "scores"][:2] == ["", ""]


def test_the_numbers_are_those_of_the_document():
    (problem,) = reader.loads("".join(json_parts(small(), View())))["problems"]
    rows = table(small())
    for measure in ("submissions", "accepted", "partly_right", "did_not_run", "judge_at_fault"):
        (value,) = [row["value"] for row in rows if (row["section"], row["measure"]) == ("summary", measure)]
        assert value == str(problem[measure])
    assert len({row["key"] for row in rows if row["section"] == "groups"}) == len(problem["groups"])


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_or_a_command(text: str):
    one = wrong_result(
        submission=text,
        problem=text,
        exception=exception(type=text),
        findings=(finding(pitfall=text),),
        cases=(wrong_case(text, limit=text),),
    )
    for row in table(told_of([one])):
        assert set(row) == set(COLUMNS)
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "::", "##"))]
        assert all(cell.isprintable() for cell in row.values())
