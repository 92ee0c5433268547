import json
from typing import Any

import pytest

from judge.report import Report
from judge.reporters.base import View
from judge.reporters.classroom50 import Classroom50Reporter
from reporters.readers import READERS
from reporters.reports import report
from reporters.samples import HOSTILE, VIEW, every, hostile, mixed, ours, partly_ours


def read(of: Report, view: View = VIEW) -> Any:
    return READERS["classroom50"](Classroom50Reporter(view).render(of))


def test_a_whole_document():
    assert read(report(mixed().results[0])) == {
        "schema": "classroom50/result/v1",
        "classroom": "cs-principles",
        "assignment": "demo",
        "submission": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "commit": "https://example.org/commit/1",
        "release": "https://example.org/release/1",
        "review": "https://example.org/commit/1",
        "datetime": "2026-11-23T12:00:05Z",
        "score": 25,
        "max-score": 100,
        "tests": [
            {"test-name": "generic", "passed": True, "score": 25, "max-score": 25},
            {"test-name": "scaled", "passed": False, "score": 0, "max-score": 38},
            {"test-name": "secret", "passed": False, "score": 0, "max-score": 37},
        ],
    }


@pytest.mark.parametrize("of", [*every(), *map(hostile, [text for text in HOSTILE if text])])
def test_every_document_has_the_form_that_is_described_and_adds_up(of: Report):
    document = read(of)
    assert document["score"] == sum(test["score"] for test in document["tests"])
    assert document["max-score"] == sum(test["max-score"] for test in document["tests"])


def test_a_submission_that_can_not_be_run_is_one_failed_test():
    assert read(report(mixed().results[1]))["tests"] == [
        {"test-name": "submission", "passed": False, "score": 0, "max-score": 100}
    ]


def test_what_is_our_fault_is_worth_nothing():
    assert (read(ours())["score"], read(ours())["max-score"]) == (0, 0)
    assert [test["max-score"] for test in read(partly_ours())["tests"]] == [50, 50, 0]


def test_outside_of_a_classroom_the_names_are_empty():
    document = json.loads(Classroom50Reporter().render(mixed()))
    assert {document[name] for name in ("classroom", "assignment", "submission", "review")} == {""}
    assert "datetime" not in document


def test_no_other_variable_gets_into_the_document():
    assert "not for a report" not in Classroom50Reporter(VIEW).render(mixed())
