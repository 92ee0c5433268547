import re
from typing import Any

import pytest
from cmarkgfm import github_flavored_markdown_to_html as html_of
from hypothesis import given
from hypothesis import strategies as st

from judge.report import Report
from judge.reporters.gradescope import GradescopeReporter
from judge.verdict import Verdict
from reporters.readers import READERS
from reporters.reports import case, finding, report, result, wrong_case, wrong_result
from reporters.samples import HOSTILE, VIEW, every, hostile, mixed, ours, partly_ours


def read(of: Report) -> Any:
    return READERS["gradescope"](GradescopeReporter(VIEW).render(of))


def alone(index: int = 0) -> Report:
    return report(mixed().results[index])


def test_a_whole_document():
    warning = (
        "**warning: full-precision-loss, line 5.** the error is computed in float32\n\n"
        "```python\n5      grads = jax.grad(loss)(\n6          params,\n7          x,\n8      )\n```\n\n"
        "Help: round it to bfloat16"
    )
    error = (
        "**error: unscaled-grads, line 10.** `grads` still carries the factor `loss_scale` when the "
        "optimizer gets it\n\n```python\n10      return optimizer.update(model, grads)\n```\n\n"
        "Help: divide `grads` by `loss_scale` before the update"
    )
    title = "submissions/demo/ada.py: **wrong_answer**"
    printed = "Printed to stdout:\n\n```\n| hello\n```"
    wrong = "expected 1.32031, got 812: off by 39,299 tolerances"
    assert read(alone()) == {
        "score": 25,
        "execution_time": 0.9,
        "output": f"{title}\n\ncase scaled: {wrong}\n\n{warning}\n\n{error}\n\n{printed}",
        "output_format": "md",
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": "generic",
                "score": 25,
                "max_score": 25,
                "status": "passed",
                "output": "**accepted**\n\nOff by 0 tolerances, and 1 is allowed.",
                "output_format": "md",
                "visibility": "visible",
            },
            {
                "name": "scaled",
                "score": 0,
                "max_score": 38,
                "status": "failed",
                "output": f"**wrong_answer**\n\n{wrong}"
                "\n\nSee full-precision-loss, line 5; unscaled-grads, line 10.",
                "output_format": "md",
                "visibility": "visible",
            },
            {
                "name": "secret",
                "score": 0,
                "max_score": 37,
                "status": "failed",
                "output": "**wrong_answer**\n\na hidden case: its data and numbers are not shown",
                "output_format": "md",
                "visibility": "after_published",
            },
        ],
    }


@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE)])
def test_every_document_has_the_form_that_gradescope_describes(of: Report):
    document = read(of)
    if "score" in document:
        assert document["score"] == sum(test.get("score", 0) for test in document["tests"])


def test_a_submission_that_can_not_be_run_is_one_failed_test():
    (test,) = read(alone(1))["tests"]
    assert (test["name"], test["score"], test["max_score"], test["status"]) == (
        "submission",
        0,
        100,
        "failed",
    )
    assert test["output"] == "line 3: expected ':'"


def test_where_the_judge_is_at_fault_there_is_no_score_and_the_learner_is_told():
    document = read(ours())
    assert "score" not in document
    assert [set(test) & {"score", "max_score"} for test in document["tests"]] == [set()]
    assert "not your fault" in document["output"]


def test_a_case_that_is_our_fault_is_left_out_of_the_score():
    document = read(partly_ours())
    assert document["score"] == 50
    assert [test.get("max_score") for test in document["tests"]] == [50, 50, None]


def test_only_a_full_score_gives_full_points():
    almost = result(score=0.999, cases=(case(weight=999), case("last", Verdict.WRONG_ANSWER)))
    assert read(report(almost))["score"] == 99
    assert read(report(result()))["score"] == 100


def test_points_are_those_of_the_problem():
    assert read(report(wrong_result(points=8)))["score"] == 2


def test_a_test_that_has_several_findings_of_one_kind_names_the_place_of_each_once():
    found = (finding(), finding(), finding(line=3), finding(line=None))
    (test,) = read(report(wrong_result(findings=found, cases=(wrong_case(),))))["tests"]
    assert test["output"].endswith("See unscaled-grads, line 10; unscaled-grads, line 3; unscaled-grads.")


def test_how_far_off_a_case_is_stands_there_where_its_message_has_no_number():
    pitfall = case("near", Verdict.PITFALL, message="the numbers pass, but: unscaled-grads", error=0.002)
    (test,) = read(report(wrong_result(cases=(pitfall,))))["tests"]
    assert "Off by 0.13 tolerances, and 1 is allowed." in test["output"]


def elements(of: Report) -> list[list[str]]:
    document = read(of)
    texts = [document["output"], *(test["output"] for test in document["tests"])]
    return [[tag for tag in re.findall(r"<(/?[a-z]+)", html_of(text)) if "code" not in tag] for text in texts]


@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_no_text_becomes_markup(text: str):
    assert elements(hostile(f"x{text}")) == elements(hostile("harmless"))
