"""A learner's page as a part of somebody else's page."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from reporters.reports import report, result, worst_result
from reporters.samples import HOSTILE, every, hostile

from judge.cells import Cell
from judge.pages.learner import STYLE, learner_output
from judge.pages.style import part_style
from judge.report import SubmissionResult
from pages.flows import traced
from pages.reading import broken_links, html, oddities, words

HEAD = report().head
RESULTS = [traced(), *(one for of in every() for one in of.results)]
NOW = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


def text(of: SubmissionResult, prefix: str = "judge-0-") -> str:
    return str(learner_output(of, HEAD, prefix, NOW))


def read(of: SubmissionResult) -> Any:
    return html(f"<!DOCTYPE html><html lang='en'><head><title>x</title></head><body>{text(of)}</body></html>")


@pytest.mark.parametrize("of", RESULTS)
def test_every_id_is_its_own_and_every_link_leads_to_one(of: SubmissionResult):
    page = read(of)
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert [one for one in ids if not one.startswith("judge-0-")] == []
    assert len(ids) == len(set(ids))
    assert broken_links(page) == []


@pytest.mark.parametrize("of", RESULTS)
def test_there_is_no_document_no_script_and_one_style(of: SubmissionResult):
    tags = re.findall(r"<(html|head|body|script|link|iframe|style)\b", text(of))
    assert tags == ["style"]
    assert " style=" not in text(of)


@pytest.mark.parametrize("hostile_text", HOSTILE)
def test_no_text_becomes_an_element_or_an_attribute(hostile_text: str):
    (one,) = hostile(hostile_text).results
    assert list(oddities(read(one))) == []


def test_every_rule_is_within_the_part():
    outside = re.sub(r"\.judge-page\.judge-page\{.*\}\n\Z", "", part_style(STYLE), flags=re.DOTALL)
    selectors = [part for rule in re.findall(r"([^{};]+)\{", outside) for part in rule.split(",")]
    assert [one.strip() for one in selectors if not one.endswith(".judge-page")] == [
        "@media screen and (prefers-color-scheme:dark)"
    ]
    assert part_style(STYLE).count("{") == part_style(STYLE).count("}")
    assert "body{" not in part_style(STYLE)
    assert ":root" not in part_style(STYLE)[: len(outside)]


def test_what_was_judged_with_what_is_folded_into_it():
    told = words(read(result())).rpartition("}")[2].strip()
    assert told.startswith("demo: ada.py✓ accepted · score 1.00")
    assert "What was judged with what" in told
    assert "2026-11-23 12:00 UTC" in told


def test_blanks_of_code_stand_where_tools_keep_them():
    assert "<pre><code>" in text(worst_result())


def test_lines_of_a_session_are_those_of_its_cells():
    cells = (Cell(number=4, first=1, lines=2, begin=7, ran=True), Cell(number=2, first=5, lines=1, ran=True))
    one = result(source="a = 1\nb = 2\n\n\nc = 3\n", cells=cells)
    page = read(one)
    code = next(element for element in page.iter() if element.get("class") == "code")
    assert words(code) == "In [4]7 a = 18 b = 2In [2]1 c = 3"
