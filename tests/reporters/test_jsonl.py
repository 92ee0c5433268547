import json
from typing import Any

import pytest

from judge.report import Report
from judge.reporters.base import StreamReporter
from judge.reporters.json import JsonReporter
from judge.reporters.jsonl import JsonlReporter
from reporters.samples import every, mixed


def lines(of: Report) -> list[Any]:
    text = JsonlReporter().render(of)
    assert text.isascii()
    return [json.loads(line) for line in text.splitlines()]


def test_the_head_says_what_is_known_before_the_first_result():
    assert lines(mixed())[0] == {
        "schema": "judge-run/v1",
        "judge_version": "0.1.0",
        "entropy": 0,
        "complete": False,
        "exit_code": None,
        "environment": dict(mixed().environment),
        "summary": None,
    }


def test_the_last_line_says_how_the_run_ended():
    assert lines(mixed())[-1] == {
        "complete": True,
        "exit_code": 1,
        "summary": {
            "submissions": 3,
            "accepted": 1,
            "verdicts": {"invalid": 1, "wrong_answer": 1, "accepted": 1},
            "seconds": 1.7,
        },
    }


@pytest.mark.parametrize("of", every())
def test_the_lines_make_the_document_of_the_json_format(of: Report):
    head, *results, tail = lines(of)
    made = {**head, **tail, "results": results, "schema": "judge-result/v1"}
    assert made == json.loads(JsonReporter().render(of))


@pytest.mark.parametrize("of", every())
def test_the_parts_written_one_by_one_are_the_whole(of: Report):
    reporter = JsonlReporter()
    parts = [reporter.head(of.head), *map(reporter.line, of.results), reporter.tail(of)]
    assert "".join(parts) == reporter.render(of)
    assert all(part.count("\n") == 1 and part.endswith("\n") for part in parts)


def test_it_can_be_written_while_the_run_goes_on():
    assert isinstance(JsonlReporter(), StreamReporter)
