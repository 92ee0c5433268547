"""That a program could not be read is said in every format, in its first lines where it has lines."""

import json

import pytest

from judge.report import FlowFact
from judge.reporters import REPORTERS
from judge.reporters.base import View
from judge.verdict import Verdict
from reporters.readers import READERS
from reporters.reports import report, result, wrong_result
from reporters.samples import VIEW

FLOW = FlowFact(available=False, reason="the program could not be traced (ValueError: no)")
SAID = f"the program could not be read, so that only its numbers were judged: {FLOW.reason}"
PASSED = result(flow=FLOW, message=f"the case passes, but {SAID}")
WRONG = wrong_result(flow=FLOW)
WHERE = {
    "console": "note: the program could not be read, so that only its numbers were judged: the program",
    "json": '"reason": "the program could not be traced (ValueError: no)"',
    "jsonl": '"reason": "the program could not be traced (ValueError: no)"',
    "junit": f'<property name="flow" value="{SAID}" />',
    "github": f",title=not-read::{SAID}",
    "markdown": "**Not read:** the program could not be read",
    "sarif": SAID,
    "gradescope": "**Not read:** the program could not be read",
    "html": f"Not read: {SAID}",
}


def rendered(name: str, *results: object, view: View = VIEW) -> str:
    text = REPORTERS[name](view).render(report(*results))
    READERS[name](text)
    return " ".join(text.split())


@pytest.mark.parametrize("name", sorted(WHERE))
def test_every_format_says_that_a_program_could_not_be_read(name: str):
    text = rendered(name, WRONG)
    assert WHERE[name] in text
    assert WHERE[name] not in rendered(name, wrong_result())


@pytest.mark.parametrize("name", sorted({*WHERE, "csv", "gradebook"} - {"junit"}))
def test_an_accepted_program_that_could_not_be_read_is_told_from_one_that_was(name: str):
    other = result(submission="submissions/demo/bob.py")
    text = rendered(name, other, PASSED)
    assert any(said in text for said in ("could not be read", "not-read"))
    assert not any(said in rendered(name, other, result()) for said in ("not be read", "not-read"))


def test_it_is_said_before_the_cases():
    text = rendered("console", WRONG)
    assert text.index("could not be read") < text.index("verdict error")
    text = rendered("markdown", WRONG)
    assert text.index("Not read") < text.index("| case |")


@pytest.mark.parametrize("name", ["console", "github", "markdown"])
def test_the_summary_counts_them(name: str):
    assert "1 accepted, 1 not read" in rendered(name, PASSED)
    assert "1 not read" not in rendered(name, result())


def test_a_table_of_many_has_it_where_findings_are():
    others = [result(submission=f"submissions/demo/{name}.py") for name in "abc"]
    assert "ada.py not read" in rendered("console", *others, PASSED, view=View(verbosity=-1))
    assert "| accepted | 1.00 | \N{CHECK MARK} | not read |" in rendered("markdown", *others, PASSED)
    assert ",accepted,1.0,1.0,not-read," in rendered("csv", PASSED)


def test_a_part_that_could_not_be_read_is_told_as_a_part():
    flow = FlowFact(available=True, reason="it changes")
    assert "the program could be read only in part: it changes" in rendered(
        "console", wrong_result(flow=flow)
    )


def test_nothing_is_said_where_there_is_nothing_to_read_or_nothing_ran():
    no_precision = FlowFact(available=False, reason="this problem has no compute dtype", needed=False)
    quiet = [
        result(flow=no_precision),
        result(verdict=Verdict.RUNTIME_ERROR, flow=FLOW),
        result(flow=FlowFact(available=True)),
    ]
    assert [one.unread for one in quiet] == [""] * 3
    assert "not read" not in rendered("console", result(flow=no_precision))


def test_a_rule_that_is_no_pitfall_has_no_page():
    driver = json.loads(REPORTERS["sarif"](VIEW).render(report(PASSED)))["runs"][0]["tool"]["driver"]
    (rule,) = driver["rules"]
    assert rule["id"] == "not-read"
    assert "explain" not in rule["help"]["text"]
