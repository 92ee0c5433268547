"""A part of the cases is never shown as a grade."""

import pytest

from judge.reporters import REPORTERS
from reporters.readers import READERS
from reporters.reports import report, result
from reporters.samples import VIEW

PART = result(cases_total=11)
SAID = {
    "console": "accepted, score 1.00 (1 of 11 cases: not a grade)",
    "json": '"cases_judged": 1,\n      "cases_total": 11,',
    "jsonl": '"cases_judged": 1, "cases_total": 11',
    "junit": '<property name="part" value="1 of 11 cases: not a grade" />',
    "github": "1 accepted, a part of the cases: not a grade",
    "markdown": "| 1.00 (1 of 11 cases: not a grade) |",
    "gradescope": "**1 of 11 cases: not a grade**",
    "csv": "accepted,,1.0,",
    "gradebook": "ada,submissions/demo/ada.py,demo,,100,,1,,accepted",
    "html": "1.00 (1 of 11 cases: not a grade)",
    "classroom50": '"test-name": "1 of 11 cases: not a grade",',
    "sarif": '"text": "1 of 11 cases: not a grade"',
}


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_every_format_says_that_a_part_is_no_grade(name: str):
    text = REPORTERS[name](VIEW).render(report(PART))
    READERS[name](text)
    assert SAID[name] in text
    assert SAID[name] not in REPORTERS[name](VIEW).render(report(result()))


def test_the_summary_says_it_too():
    assert "1 accepted, a part of the cases: not a grade (" in " ".join(
        REPORTERS["console"]().render(report(PART)).split()
    )


def test_what_is_said_changes_no_points():
    points = [
        {name: document[name] for name in ("score", "max-score")}
        for document in (
            READERS["classroom50"](REPORTERS["classroom50"](VIEW).render(of))
            for of in (report(PART), report(result()))
        )
    ]
    assert points[0] == points[1] == {"score": 100, "max-score": 100}
