import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporters.reports import Anew, case, report, result, wrong_result
from reporters.samples import HOSTILE, by_rubric, every, hostile, mixed

from judge.errors import UsageError
from judge.report import FlowFact, NearLimit, Report, SubmissionResult
from judge.reporters.base import Reporter
from judge.reporters.json import JsonReporter
from judge.reporters.jsonl import JsonlReporter
from judge.stats.read_report import ReportFile

FORMATS = pytest.mark.parametrize("written", [JsonReporter(), JsonlReporter()], ids=["json", "jsonl"])
ADVICE = "A report to read is written by `judge run --report json=FILE` or `--report jsonl=FILE`"
LISTED = result(flow=FlowFact(available=True, listing={"lines": [1]}, graph={"nodes": []}))
RARE = result(near_limit=NearLimit(limit="cpu", share=0.6), flow=FlowFact(available=True, needed=False))
STREAM = JsonlReporter().render(mixed())
RULED = JsonlReporter().render(by_rubric())


def read(text: str | bytes) -> ReportFile:
    return ReportFile(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "class.json")


def read_back(of: Report, text: str) -> Report:
    """The report as it was read; what no report has of itself is taken from `of`."""
    found = read(text)
    results = tuple(found)
    assert found.head == replace(of, environment=found.head.environment).head
    return replace(of, results=results, complete=found.complete)


@FORMATS
@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE), report(LISTED), report(RARE)])
def test_a_report_that_is_read_and_written_again_is_the_same(written: Reporter, of: Report):
    text = written.render(of)
    assert written.render(read_back(of, text)) == text


@FORMATS
def test_the_points_of_a_rubric_are_the_same_record_again(written: Reporter):
    of = by_rubric()
    back = read_back(of, written.render(of))
    assert [(one.rubric, one.points) for one in back.results] == [
        (one.rubric, one.points) for one in of.results
    ]


@FORMATS
def test_numbers_that_are_not_finite_are_numbers_again(written: Reporter):
    (one,) = read(
        written.render(report(result(cases=(case(actual=(float("inf"), 1.0), error=float("-inf")),))))
    )
    assert (one.cases[0].actual, one.cases[0].error) == ((float("inf"), 1.0), float("-inf"))


def test_a_stream_is_read_as_it_comes():
    read_so_far = 0

    def lines():
        nonlocal read_so_far
        for line in JsonlReporter().parts(report(results=Anew(1000, lambda _: wrong_result()))):
            read_so_far += 1
            yield line.encode()

    class Stream(io.BytesIO):
        coming = lines()

        def readline(self, _size: int | None = -1) -> bytes:
            return next(self.coming, b"")

        def __next__(self) -> bytes:
            return next(self.coming)

    found = iter(ReportFile(Stream(), "-"))
    next(found)
    assert read_so_far == 2
    assert sum(1 for _ in found) == 999


def test_a_stream_without_its_last_line_was_interrupted():
    found = read("".join(STREAM.splitlines(keepends=True)[:2]))
    assert (len([*found]), found.complete) == (1, False)


def test_a_stream_that_breaks_off_in_a_line_has_the_results_before():
    lines = STREAM.splitlines(keepends=True)
    found = read("".join(lines[:3])[:-20])
    assert (len([*found]), found.complete) == (1, False)


def test_a_stream_that_ended_is_complete_and_empty_lines_say_nothing():
    found = read(STREAM.replace("\n", "\n\n"))
    assert (len([*found]), found.complete) == (3, True)


def test_streams_one_after_the_other_are_one():
    found = read(STREAM + STREAM)
    assert (len([*found]), found.complete) == (6, True)
    found = read(STREAM + STREAM.splitlines(keepends=True)[0])
    assert (len([*found]), found.complete) == (3, False)


@FORMATS
def test_a_byte_order_mark_and_fields_that_are_not_known_are_passed_over(written: Reporter):
    text = written.render(mixed()).replace('"judge_version"', '"news": [{}], "judge_version"')
    assert len([*read("\ufeff" + text.replace('"problem"', '"later": null, "problem"'))]) == 3


def test_json_in_one_line_is_read_too():
    assert len([*read(json.dumps(json.loads(JsonReporter().render(mixed()))))]) == 3


BAD = [
    ("", "class.json: this is no judge-result/v1: Input data was truncated"),
    ("{}", "class.json: this is no judge-result/v1: Object missing required field `schema`"),
    ("[]", "class.json: this is no judge-result/v1: Expected `object`, got `array`"),
    ("[" * 100_000, "class.json: this is no judge-result/v1: Expected `object`, got `array`"),
    ('{"x": ' + "[" * 100_000, "class.json: this is no judge-result/v1: "),
    (b"\xff\xfe{\x00", "class.json: this is no judge-result/v1: JSON is malformed"),
    (b'{"schema": "\xff"}', "class.json: this is no judge-result/v1: 'utf-8' codec can't decode"),
    (
        '{"schema": "judge-verify/v1"}',
        "class.json: this is no judge-result/v1 (it says judge-verify/v1): Invalid enum value",
    ),
    (
        STREAM.replace('"wrong_answer"', '"fine"', 1),
        "class.json:2: this is no judge-run/v1: Invalid enum value 'fine' - at `$.verdict`",
    ),
    (
        STREAM.replace('"score": 0.25', '"score": 7'),
        "class.json:2: this is no judge-run/v1: Expected `float` <= 1.0 - at `$.score`",
    ),
    (
        STREAM.replace('"visibility": "hidden"', '"visibility": 1'),
        "class.json:2: this is no judge-run/v1: Expected `str`, got `int` - at `$.cases[2].visibility`",
    ),
    (
        RULED.replace('"possible": 100,', '"possible": 0,'),
        "class.json:2: this is no judge-run/v1: Expected `int` >= 1 - at `$.rubric.possible`",
    ),
    (
        RULED.replace('"late_percent": 20.0', '"late_percent": 120'),
        "class.json:2: this is no judge-run/v1: Expected `float` <= 100.0 - at `$.rubric.late_percent`",
    ),
    (f"{STREAM}nonsense\n", "class.json:6: this is no judge-run/v1: JSON is malformed"),
    (
        JsonReporter().render(mixed()).replace('"severity": "error"', '"severity": "x\\ny"', 1),
        "class.json: this is no judge-result/v1: Invalid enum value 'x\\ny' - at `$.results[0].findings[1]",
    ),
]


@pytest.mark.parametrize(("text", "told"), BAD, ids=range(len(BAD)))
def test_what_does_not_fit_is_told_in_one_sentence_with_its_place(text: str | bytes, told: str):
    with pytest.raises(UsageError) as error:
        list(read(text))
    message = str(error.value)
    assert message.startswith(told)
    assert message.endswith(f". {ADVICE}")
    assert "\n" not in message
    assert len(message) < 600


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=30)
@given(st.data(), st.sampled_from([STREAM, RULED]))
def test_any_wrong_value_anywhere_is_a_sentence_or_a_record(data: st.DataObject, stream: str):
    lines = [json.loads(line) for line in stream.splitlines()]
    part: Any = data.draw(st.sampled_from(lines))
    while True:
        key = data.draw(st.sampled_from([*(part if isinstance(part, dict) else range(len(part)))]))
        if not part[key] or not isinstance(part[key], dict | list) or data.draw(st.booleans()):
            break
        part = part[key]
    part[key] = data.draw(JSON)
    told = read_or_told(lines)
    assert len(told) in {1, len(lines) - 2}
    assert all(isinstance(one, SubmissionResult | str) for one in told)


def read_or_told(lines: list[Any]) -> list[SubmissionResult | str]:
    """The results, or the sentence that says why there are none; anything else would be a traceback."""
    try:
        return [*read("".join(f"{json.dumps(line)}\n" for line in lines))]
    except UsageError as error:
        return [str(error)] if str(error).endswith(f". {ADVICE}") else []
