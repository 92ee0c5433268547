"""The published schemas of our own documents: every sample fits, and every field is described."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from judge.report import FlowFact, Report
from judge.reporters.base import View
from judge.reporters.json import JsonReporter
from judge.reporters.jsonl import JsonlReporter
from judge.verdict import Verdict
from reporters.readers import SCHEMAS, validator
from reporters.reports import report, result
from reporters.samples import HOSTILE, every, hostile, mixed

LISTED = result(flow=FlowFact(available=True, listing={"lines": []}))
REPORTS = [*every(), *map(hostile, HOSTILE), report(LISTED)]


def errors(by: Draft202012Validator, document: object) -> list[str]:
    return [error.message for error in by.iter_errors(document)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str):
    assert errors(Draft202012Validator(Draft202012Validator.META_SCHEMA), SCHEMAS[name]) == []


@pytest.mark.parametrize("of", REPORTS)
def test_every_json_report_fits_and_has_no_field_that_is_not_described(of: Report):
    assert errors(validator("judge-result-v1"), json.loads(JsonReporter(View(flow=True)).render(of))) == []


@pytest.mark.parametrize("of", REPORTS)
def test_every_line_of_a_stream_fits(of: Report):
    lines = [json.loads(line) for line in JsonlReporter(View(flow=True)).render(of).splitlines()]
    assert [errors(validator("judge-run-v1"), line) for line in lines] == [[]] * (1 + len(of.results) + 1)


def test_the_schema_knows_every_verdict_worst_first():
    assert SCHEMAS["judge-result-v1"]["$defs"]["verdict"]["enum"] == [str(verdict) for verdict in Verdict]


def mixed_document() -> Any:
    return json.loads(JsonReporter().render(mixed()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("results", 0, "cases", 2, "error"), 1.0),
        (("results", 0, "cases", 2, "peak_memory_mib"), 1.0),
        (("results", 0, "cases", 1, "actual"), [float("nan"), "none"]),
        (("results", 0, "verdict"), "fine"),
        (("results", 0, "score"), 1.5),
        (("results", 0, "findings", 0, "line"), 0),
        (("exit_code",), 7),
        (("results", 0, "rubric"), {}),
        (("schema",), "judge-result/v2"),
        (("more",), 1),
    ],
)
def test_the_schema_refuses_what_is_not_promised(path: tuple[Any, ...], value: Any):
    document = part = mixed_document()
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(ValidationError):
        validator("judge-result-v1").validate(document)


@pytest.mark.parametrize("name", ["schema", "exit_code", "summary", "results"])
def test_the_schema_refuses_a_document_without_what_is_promised(name: str):
    document = mixed_document()
    del document[name]
    with pytest.raises(ValidationError):
        validator("judge-result-v1").validate(document)
