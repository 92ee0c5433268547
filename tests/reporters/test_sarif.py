import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.finding import Severity
from judge.report import Report
from judge.reporters.base import View
from judge.reporters.sarif import SHOWN, SarifReporter, uri
from reporters.readers import READERS
from reporters.reports import SOURCE, finding, report, wrong_result
from reporters.samples import HOSTILE, every, hostile, many, mixed, ours, partly_ours

EXPLAIN = "More: judge explain"
FACT, REMEDY = finding().message, finding().help
ADA = "submissions/demo/ada.py"


def read(of: Report) -> Any:
    return READERS["sarif"](SarifReporter().render(of))


def test_a_whole_run():
    def place(path: str, **region: int) -> list[Any]:
        return [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": region}}]

    def rule(name: str, level: str, words: str, more: str) -> dict[str, Any]:
        return {
            "id": name,
            "shortDescription": {"text": words.lower()},
            "fullDescription": {"text": f"{words}."},
            "help": {"text": more},
            "helpUri": f"urn:judge:rule:{name}",
            "defaultConfiguration": {"level": level},
        }

    document = json.loads(SarifReporter().render(mixed()))
    assert document == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "judge",
                        "semanticVersion": "0.1.0",
                        "rules": [
                            rule(
                                "full-precision-loss",
                                "warning",
                                "Full precision loss",
                                f"{EXPLAIN} full-precision-loss",
                            ),
                            rule("invalid", "error", "Invalid", "The verdict of a submission."),
                            rule("unscaled-grads", "error", "Unscaled grads", f"{EXPLAIN} unscaled-grads"),
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True}],
                "results": [
                    {
                        "ruleId": "invalid",
                        "ruleIndex": 1,
                        "level": "error",
                        "message": {"text": "line 3: expected ':'"},
                        "locations": place("submissions/demo/bob.py", startLine=3),
                        "partialFingerprints": {"primaryLocationLineHash": "aae4456dc312ea6f:1"},
                    },
                    {
                        "ruleId": "unscaled-grads",
                        "ruleIndex": 2,
                        "level": "error",
                        "message": {"text": f"{FACT}. Help: {REMEDY}"},
                        "locations": place(ADA, startLine=10, endLine=10, startColumn=5),
                        "partialFingerprints": {"primaryLocationLineHash": "2db83fde0ade0060:1"},
                    },
                    {
                        "ruleId": "full-precision-loss",
                        "ruleIndex": 0,
                        "level": "warning",
                        "message": {"text": "the error is computed in float32. Help: round it to bfloat16"},
                        "locations": place(ADA, startLine=5, endLine=8),
                        "partialFingerprints": {"primaryLocationLineHash": "211eb0c4b786eaea:1"},
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE)])
def test_the_official_schema_holds(of: Report):
    assert read(of)["tool"]["driver"]["name"] == "judge"


@given(st.text(st.characters()))
def test_the_official_schema_holds_for_any_text(text: str):
    run = read(hostile(text))
    assert [one["ruleId"] for one in run["results"]] == ["some-pitfall", "not-read"]


def test_rules_link_to_the_pitfalls_pages_where_these_are_known():
    view = View(environ={"JUDGE_PITFALL_PAGES": "https://example.org/judge/docs/pitfalls.md"})
    run = READERS["sarif"](SarifReporter(view).render(mixed()))
    assert {rule["id"]: rule["helpUri"] for rule in run["tool"]["driver"]["rules"]} == {
        "full-precision-loss": "https://example.org/judge/docs/pitfalls.md#full-precision-loss",
        "invalid": "urn:judge:rule:invalid",
        "unscaled-grads": "https://example.org/judge/docs/pitfalls.md#unscaled-grads",
    }


def test_our_fault_is_a_result_too_and_not_a_successful_run():
    assert [one["ruleId"] for one in read(ours())["results"]] == ["judge_error"]
    run = read(partly_ours())
    assert [one["ruleId"] for one in run["results"]] == ["judge_error", "wrong_answer"]
    assert run["invocations"] == [{"executionSuccessful": False}]


@pytest.mark.more
def test_of_many_results_the_worst_are_kept():
    run = read(many(SHOWN // 2 + 100))
    levels = [one["level"] for one in run["results"]]
    assert len(levels) == SHOWN
    assert levels == sorted(levels)
    assert levels.count("warning") < SHOWN // 2


def test_a_fingerprint_stays_when_lines_are_added_above_and_changes_with_the_line():
    def fingerprint(source: str, line: int) -> str:
        one = wrong_result(source=source, findings=(finding(line=line, end_line=line),))
        return str(read(report(one))["results"][0]["partialFingerprints"]["primaryLocationLineHash"])

    first = fingerprint(SOURCE, 10)
    assert fingerprint(f"# one more\n{SOURCE}", 11) == first
    assert fingerprint(SOURCE.replace("model, grads", "model, scaled"), 10) != first


def test_equal_lines_have_different_fingerprints():
    one = wrong_result(
        source="a = b\na = b\n", findings=(finding(line=1, end_line=1), finding(line=2, end_line=2))
    )
    marks = [one["partialFingerprints"]["primaryLocationLineHash"] for one in read(report(one))["results"]]
    assert [mark.partition(":")[2] for mark in marks] == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("submissions/demo/ada.py", "submissions/demo/ada.py"),
        ("./a b/ü.py", "a%20b/%C3%BC.py"),
        ("/tmp/ada.py", "tmp/ada.py"),
        ("../ada.py", "../ada.py"),
        ("folder\\ada.py", "folder/ada.py"),
        ("javascript:alert(1).py", "javascript%3Aalert%281%29.py"),
        ("-", "-"),
    ],
)
def test_paths_are_relative_references(path: str, reference: str):
    assert uri(path) == reference


def test_a_finding_without_a_line_points_to_the_file():
    one = wrong_result(findings=(finding(line=None, end_line=None),))
    (result,) = read(report(one))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_warnings_of_accepted_submissions_are_told():
    one = replace(wrong_result(), findings=(finding(severity=Severity.WARNING),))
    assert [result["level"] for result in read(report(one))["results"]] == ["error", "warning"]


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ((10, 10, 12, 27), {"startLine": 10, "endLine": 10, "startColumn": 12, "endColumn": 27}),
        ((5, 8, 13, 6), {"startLine": 5, "endLine": 8, "startColumn": 13, "endColumn": 6}),
        ((5, 8, None, None), {"startLine": 5, "endLine": 8}),
        ((10, 10, 12, None), {"startLine": 10, "endLine": 10, "startColumn": 12}),
        ((10, 10, 12, 12), {"startLine": 10, "endLine": 10, "startColumn": 12}),
        ((10, None, None, None), {"startLine": 10}),
        ((None, None, None, None), {"startLine": 1}),
    ],
)
def test_a_region_is_what_the_finding_means(place: tuple[int | None, ...], region: dict[str, int]):
    line, end_line, column, end_column = place
    one = finding(line=line, end_line=end_line, column=column, end_column=end_column)
    document = json.loads(SarifReporter().render(report(wrong_result(findings=(one,)))))
    (shown,) = document["runs"][0]["results"]
    assert shown["locations"][0]["physicalLocation"]["region"] == region
