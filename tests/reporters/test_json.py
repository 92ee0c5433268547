import json
import math
from typing import Any, NoReturn

from hypothesis import given
from hypothesis import strategies as st

from judge.evidence import Capture
from judge.report import FlowFact, NearLimit
from judge.reporters.base import View
from judge.reporters.json import JsonReporter, strict
from judge.reporters.jsonl import JsonlReporter
from judge.verdict import Verdict
from reporters.reports import case, exception, finding, hidden_case, report, result, wrong_case, wrong_result


def parsed(text: str) -> Any:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is not strict JSON")

    return json.loads(text, parse_constant=refuse)


def test_a_whole_document():
    one = wrong_result(
        line=10,
        exception=exception(),
        help="reshape it",
        findings=(finding(line=None, end_line=None, cases=()), finding()),
        capture=Capture(stdout="hello\n", stderr_truncated=True),
        seconds=0.90004,
    )
    assert parsed(JsonReporter().render(report(one, exit_code=1))) == {
        "schema": "judge-result/v1",
        "judge_version": "0.1.0",
        "entropy": 0,
        "complete": True,
        "exit_code": 1,
        "environment": {
            "python": "3.11.7",
            "jax": "0.10.2",
            "isolation": {"tier": "none", "landlock_abi": None, "network": "open", "memory": "watchdog"},
        },
        "summary": {"submissions": 1, "accepted": 0, "verdicts": {"wrong_answer": 1}, "seconds": 1.7},
        "results": [
            {
                "submission": "submissions/demo/ada.py",
                "sha256": "a" * 64,
                "problem": "demo",
                "cases_sha256": "c" * 64,
                "verdict": "wrong_answer",
                "score": 0.25,
                "max_score": 1.0,
                "seconds": 0.9,
                "message": "case scaled: expected 1.32031, got 812: off by 39,299 tolerances",
                "line": 10,
                "exception": {
                    "type": "ValueError",
                    "message": "shapes don't fit",
                    "line": 5,
                    "help": "reshape it",
                },
                "flow": {"available": True, "reason": None},
                "findings": [
                    {
                        "pitfall": "unscaled-grads",
                        "severity": "error",
                        "line": 10,
                        "end_line": 10,
                        "column": None,
                        "end_column": None,
                        "message": "`grads` still carries the factor `loss_scale` when the optimizer gets it",
                        "help": "divide `grads` by `loss_scale` before the update",
                        "evidence": "flow",
                        "cases": ["scaled"],
                    },
                    {
                        "pitfall": "unscaled-grads",
                        "severity": "error",
                        "line": None,
                        "end_line": None,
                        "column": None,
                        "end_column": None,
                        "message": "`grads` still carries the factor `loss_scale` when the optimizer gets it",
                        "help": "divide `grads` by `loss_scale` before the update",
                        "evidence": "flow",
                        "cases": [],
                    },
                ],
                "cases": [
                    {
                        "name": "generic",
                        "verdict": "accepted",
                        "visibility": "public",
                        "weight": 1.0,
                        "seconds": 0.2,
                        "cpu_seconds": 0.15,
                        "peak_memory_mib": 320.2,
                        "limit": None,
                        "expected": [1.3203125],
                        "actual": [1.3203125],
                        "error": 0.0,
                        "tolerance": 0.015625,
                        "message": "",
                        "line": None,
                    },
                    {
                        "name": "scaled",
                        "verdict": "wrong_answer",
                        "visibility": "public",
                        "weight": 1.0,
                        "seconds": 0.2,
                        "cpu_seconds": 0.15,
                        "peak_memory_mib": 320.2,
                        "limit": None,
                        "expected": [1.3203125],
                        "actual": [812.0],
                        "error": 614.046875,
                        "tolerance": 0.015625,
                        "message": "expected 1.32031, got 812: off by 39,299 tolerances",
                        "line": None,
                    },
                    {
                        "name": "secret",
                        "verdict": "wrong_answer",
                        "visibility": "hidden",
                        "weight": 1.0,
                        "seconds": None,
                        "cpu_seconds": None,
                        "peak_memory_mib": None,
                        "limit": None,
                        "expected": None,
                        "actual": None,
                        "error": None,
                        "tolerance": None,
                        "message": "a hidden case: its data and numbers are not shown",
                        "line": None,
                    },
                ],
                "stdout": "hello\n",
                "stdout_truncated": False,
                "stderr": "",
                "stderr_truncated": True,
            }
        ],
    }


def test_the_fields_come_in_the_order_of_the_schema():
    document = parsed(JsonReporter().render(report(result())))
    assert list(document) == [
        "schema", "judge_version", "entropy", "complete", "exit_code", "environment", "summary", "results",
    ]  # fmt: skip


def test_numbers_that_are_not_finite_are_strings():
    one = wrong_result(
        cases=(wrong_case(actual=(math.nan, math.inf, -math.inf), error=math.nan, tolerance=0.5),)
    )
    shown = parsed(JsonReporter().render(report(one)))["results"][0]["cases"][0]
    assert (shown["actual"], shown["error"], shown["tolerance"]) == (["nan", "inf", "-inf"], "nan", 0.5)


def test_a_score_that_does_not_exist_is_null():
    one = result(verdict=Verdict.JUDGE_ERROR, score=None, cases=(case(verdict=Verdict.JUDGE_ERROR),))
    shown = parsed(JsonReporter().render(report(one)))
    assert shown["results"][0]["score"] is None
    assert shown["summary"]["verdicts"] == {"judge_error": 1}


def test_listing_and_graph_are_there_when_they_were_asked_for():
    graph = {"available": False, "reason": "x", "operations": 3, "nodes": [], "edges": []}
    flow = FlowFact(available=True, listing={"lines": [{"line": 3, "dtypes": ("bfloat16",)}]}, graph=graph)
    shown = parsed(JsonReporter(View(flow=True)).render(report(result(flow=flow))))["results"][0]["flow"]
    assert shown == {
        "available": True,
        "reason": None,
        "listing": {"lines": [{"line": 3, "dtypes": ["bfloat16"]}]},
        "graph": graph,
    }


def test_what_is_rare_is_there_where_it_is_so():
    one = result(near_limit=NearLimit(limit="cpu", share=0.6), flow=FlowFact(available=True, needed=False))
    shown = parsed(JsonReporter().render(report(one, result())))["results"]
    assert shown[0]["near_limit"] == {"limit": "cpu", "share": 0.6}
    assert shown[0]["flow"] == {"available": True, "reason": None, "needed": False}
    assert shown[1].keys() == shown[0].keys() - {"near_limit"}
    assert shown[1]["flow"] == {"available": True, "reason": None}


def test_what_another_format_wanted_of_the_flow_is_not_told():
    of = report(result(flow=FlowFact(available=True, listing={"lines": []}, graph={"nodes": []})))
    told = {"available": True, "reason": None}
    assert parsed(JsonReporter().render(of))["results"][0]["flow"] == told
    assert parsed(JsonlReporter().render(of).splitlines()[1])["flow"] == told


def test_half_surrogates_are_written_out_and_the_rest_of_a_text_survives():
    text = JsonReporter().render(report(result(capture=Capture(stdout="naïve 🙂 \udcff \x1b\x00"))))
    assert text.isascii()
    assert parsed(text)["results"][0]["stdout"] == "naïve 🙂 \\udcff \x1b\x00"


def test_hidden_cases_say_nothing_beyond_their_verdict():
    text = JsonReporter().render(report(wrong_result(cases=(hidden_case(),))))
    assert not [secret for secret in ("LEAK", "123456", "654321", "77.1", "4567", "wall") if secret in text]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(st.characters()), inner),
        max_leaves=10,
    )
)
def test_any_plain_data_becomes_strict_json(value: Any):
    text = json.dumps(strict(value), allow_nan=False)
    assert text.encode("utf-8")
    assert parsed(text) == strict(value)
