from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.evidence import Capture
from judge.report import Report
from judge.reporters.html import HtmlReporter
from reporters.readers import html
from reporters.reports import report, result
from reporters.samples import HOSTILE, every, hostile, mixed

OURS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "thead", "tbody", "tr",
    "th", "td", "a", "span", "main", "section", "pre", "mark", "footer",
}  # fmt: skip
LINES = [
    " 3  ",
    " 4  def step(seed, x):",
    " 5      grads = jax.grad(loss)(",
    " 6          params,",
    " 7          x,",
    " 8      )",
    " 9      updates = helper(grads)",
    "10      return optimizer.update(model, grads)",
    "11  ",
]


def read(of: Report) -> Any:
    return html(HtmlReporter().render(of))


def structure(of: Report) -> list[tuple[str, dict[str, str]]]:
    """All elements but the spans around lines of code, of which a text has as many as it has lines."""
    found = [(element.tag, dict(element.attrib)) for element in read(of).iter()]
    return [one for one in found if one != ("span", {})]


def words(element: Any) -> str:
    return "".join(element.itertext())


def test_a_whole_body():
    body = read(mixed()).find("body")
    assert [child.tag for child in body] == ["h1", "p", "table", "main", "footer"]
    assert [child.tag for child in body.find("main")] == ["section"] * 3
    assert [[words(cell) for cell in row] for row in body.find("table").iter("tr")] == [
        ["submission", "verdict", "score", "time"],
        ["submissions/demo/ada.py", "wrong_answer", "0.25", "0.90 s"],
        ["submissions/demo/bob.py", "invalid", "0.00", "0.90 s"],
        ["submissions/demo/cyd.py", "accepted", "1.00", "0.90 s"],
    ]
    first = body.find("main")[0]
    assert [(child.tag, words(child)) for child in first if child.tag != "table"] == [
        ("h2", "submissions/demo/ada.py: wrong_answer"),
        ("p", "case scaled: expected 1.32031, got 812: off by 39,299 tolerances"),
        ("h3", "warning: full-precision-loss, line 5"),
        ("p", "the error is computed in float32"),
        ("pre", "".join(f"{line}\n" for line in LINES[:8])),
        ("p", "Help: round it to bfloat16"),
        ("h3", "error: unscaled-grads, line 10"),
        ("p", "`grads` still carries the factor `loss_scale` when the optimizer gets it"),
        ("pre", "".join(f"{line}\n" for line in LINES[5:])),
        ("p", "Cases: scaled"),
        ("p", "Help: divide `grads` by `loss_scale` before the update"),
        ("h3", "Printed to stdout"),
        ("pre", "| hello"),
    ]
    assert [words(mark) for mark in first.iter("mark")][-1] == "10      return optimizer.update(model, grads)"
    assert [[words(cell) for cell in row] for row in first.find("table").iter("tr")][3] == [
        "secret", "wrong_answer", "hidden", "-", "a hidden case: its data and numbers are not shown",
    ]  # fmt: skip


@pytest.mark.parametrize("of", every())
def test_a_page_is_valid_has_no_script_and_loads_nothing(of: Report):
    assert {tag for tag, _ in structure(of)} <= OURS
    links = [
        value
        for _, attributes in structure(of)
        for name, value in attributes.items()
        if name in ("src", "href")
    ]
    assert not [link for link in links if not link.startswith("#submission-")]
    assert "default-src 'none'" in HtmlReporter().render(of)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_changes_the_structure_of_the_page(text: str):
    assert structure(hostile(text)) == structure(hostile(text.strip() and "harmless"))


@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_any_text_leaves_the_structure_of_the_page_alone(text: str):
    assert structure(hostile(f"x{text}")) == structure(hostile("x"))


def test_an_interrupted_run_says_so():
    assert "Interrupted" in words(read(report(complete=False, exit_code=130)))


def test_much_that_was_printed_is_cut_and_counted():
    capture = Capture(stdout="x\n" * 1000)
    assert "... and 800 more lines" in words(read(report(result(capture=capture))))
