import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from reporters.classes import member
from reporters.readers import closed
from reporters.reports import exception, finding, report, wrong_case, wrong_result
from reporters.samples import HOSTILE

from commands.class_views.told_of import small, told_of
from judge.commands.class_views.json import parts
from judge.commands.class_views.told import Told
from judge.reporters.base import View

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schema/judge-stats-v1.json").read_text("utf-8"))


def document(told: Told) -> Any:
    found = json.loads("".join(parts(told, View())))
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(closed(SCHEMA)).iter_errors(found)) == []
    return found


def test_a_whole_document():
    found = document(small())
    (problem,) = found.pop("problems")
    assert found == {
        "schema": "judge-stats/v1",
        "judge_version": "0.1.0",
        "entropy": 0,
        "environment": report().environment,
        "complete": True,
        "submissions": 7,
    }
    groups, slowest, cases = problem.pop("groups"), problem.pop("slowest"), problem.pop("cases")
    assert problem == {
        "problem": "demo",
        "submissions": 7,
        "accepted": 2,
        "accepted_share": 2 / 7,
        "partly_right": 2,
        "did_not_run": 2,
        "judge_at_fault": 1,
        "not_read": 0,
        "in_part": 0,
        "verdicts": {
            "judge_error": 1,
            "invalid": 1,
            "time_limit": 1,
            "wrong_answer": 1,
            "pitfall": 1,
            "accepted": 2,
        },
        "scores": {
            "bins": [2, 0, 0, 0, 0, 2, 0, 0, 0, 0],
            "full": 2,
            "without": 1,
            "median": 0.5,
            "mean": 0.5,
        },
        "pitfalls": [
            {"pitfall": "full-precision-loss", "submissions": 2, "errors": 0, "warnings": 2},
            {"pitfall": "unscaled-grads", "submissions": 1, "errors": 1, "warnings": 0},
        ],
        "in_other_groups": 0,
        "exceptions": [{"type": "SyntaxError", "submissions": 1}],
    }
    assert groups[4] == {
        "number": 5,
        "submissions": 1,
        "verdict": "pitfall",
        "errors": ["unscaled-grads"],
        "warnings": ["full-precision-loss"],
        "exception": None,
        "cases": {"generic": "accepted", "scaled": "pitfall"},
        "first": ["cyd.py"],
    }
    assert groups[2]["cases"] == {}
    assert slowest[0] == {
        "submission": "eve.py",
        "verdict": "time_limit",
        "seconds": 20.5,
        "limits": ["wall"],
    }
    assert cases[1] == {
        "name": "scaled",
        "visibility": "public",
        "accepted": 2,
        "pitfall": 1,
        "failed": 2,
        "judge_error": 1,
        "caught_alone": 2,
    }


def test_nobody_and_a_large_class_fit_the_schema():
    assert document(told_of([], complete=False))["problems"] == []
    assert document(told_of(map(member, range(300))))["submissions"] == 300


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_strict_json_in_ascii(text: str):
    one = wrong_result(
        submission=text,
        problem=text,
        exception=exception(type=text),
        findings=(finding(pitfall=text),),
        cases=(wrong_case(text, limit=text),),
    )
    document(told_of([one]))
    assert "".join(parts(told_of([one]), View())).isascii()
