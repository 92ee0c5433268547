"""Of a notebook every format tells the cell and the line in it, and pins nothing to a line of its file."""

import io
import json
from dataclasses import replace

import pytest

from judge.cells import Cell
from judge.finding import Severity
from judge.flow.listing import render
from judge.reporters import REPORTERS
from judge.reporters.base import View
from judge.stats.read_report import ReportFile
from reporters.readers import READERS
from reporters.reports import SOURCE, exception, finding, report, result, wrong_result
from reporters.samples import VIEW

NAME = "submissions/demo/ada.ipynb"
CELLS = (Cell(number=2, first=1, lines=2), Cell(number=4, first=4, lines=7))
NOTE = "left out, since only a notebook knows it: cell 2, line 1: `%time`"
FOUND = wrong_result(
    submission=NAME,
    cells=CELLS,
    notes=(NOTE,),
    message="unscaled-grads (cell 4, line 7): it carries the factor",
    line=10,
    findings=(finding(column=5, end_column=9), finding(line=5, end_line=8, severity=Severity.WARNING)),
)
RAISED = result(
    submission=NAME,
    cells=CELLS,
    verdict="runtime_error",
    message="ValueError (cell 4, line 6): it is so",
    line=9,
    exception=exception(lines=(5, 9)),
    cases=(),
)
SAID = {
    "console": "--> submissions/demo/ada.ipynb:cell 4:7:5",
    "json": '"cell": 4,\n          "cell_line": 7',
    "jsonl": '"cell": 4, "cell_line": 7',
    "junit": "error[unscaled-grads] (cell 4, line 7): ",
    "github": "::error file=submissions/demo/ada.ipynb,title=unscaled-grads::cell 4, line 7: `grads` still",
    "markdown": "**error: unscaled-grads, cell 4, line 7.**",
    "gradescope": "**error: unscaled-grads, cell 4, line 7.**",
    "html": '<a href="#L10">cell 4, line 7</a>',
    "sarif": '"text": "cell 4, line 7: `grads` still',
}
WITHOUT_LINES = {"csv", "gradebook", "classroom50"}


@pytest.mark.parametrize("name", sorted(set(REPORTERS) - WITHOUT_LINES))
def test_every_format_tells_the_cell_and_its_line(name: str) -> None:
    text = REPORTERS[name](VIEW).render(report(FOUND))
    READERS[name](text)
    assert SAID[name] in text
    assert "line 10" not in text


@pytest.mark.parametrize("name", ["console", "json", "jsonl", "markdown", "gradescope", "html"])
def test_what_was_left_out_is_told(name: str) -> None:
    text = " ".join(REPORTERS[name](VIEW).render(report(FOUND)).split())
    assert "cell 2, line 1" in text


@pytest.mark.parametrize("name", ["console", "markdown", "gradescope", "html"])
def test_the_lines_of_an_exception_are_those_of_cells(name: str) -> None:
    text = REPORTERS[name](VIEW).render(report(RAISED))
    assert {"console": "ada.ipynb:cell 4:6", "html": ">cell 4, line 6</a>"}.get(
        name, "cell 4, line 6"
    ) in text
    assert "line 9" not in text


def test_what_a_service_pins_to_lines_is_pinned_to_the_notebook_alone() -> None:
    (run,) = json.loads(REPORTERS["sarif"](VIEW).render(report(FOUND)))["runs"]
    assert [one["locations"][0]["physicalLocation"]["region"] for one in run["results"]] == [
        {"startLine": 1}
    ] * 2
    assert run["results"][0]["properties"] == {"cell": 4, "cellLine": 7}
    junit = REPORTERS["junit"](VIEW)
    assert " line=" in junit.render(report(replace(FOUND, cells=())))
    assert " line=" not in junit.render(report(FOUND))


def test_lines_are_numbered_as_in_their_cells() -> None:
    text = REPORTERS["console"](View(width=100)).render(report(FOUND))
    assert "7 |     return optimizer.update(model, grads)" in text
    assert "10 |" not in text
    page = REPORTERS["html"](VIEW).render(report(FOUND))
    assert page.count(">cell 2</p>") == page.count(">cell 4</p>") == 1
    assert '<span class="at">10</span>' not in page


def test_the_listing_is_told_by_cells() -> None:
    facts = {"available": True, "reason": None, "lines": [], "values": {}}
    rows = render(facts, SOURCE, (), CELLS).splitlines()
    assert [row for row in rows if row.startswith("cell")] == ["cell 2", "cell 4"]
    assert rows[1:3] == ["   1 | import jax", "   2 |"]
    assert rows[3] == "     |", "the empty line after a cell is none of its lines"
    assert rows[5].startswith("   1 | def step")


def test_a_report_that_is_read_back_has_the_cells() -> None:
    document = REPORTERS["json"](VIEW).render(report(FOUND))
    (read,) = ReportFile(io.BytesIO(document.encode()), "report.json")
    assert (read.cells, read.notes) == (CELLS, (NOTE,))
    assert "cells" not in json.loads(REPORTERS["json"](VIEW).render(report(result())))["results"][0]
