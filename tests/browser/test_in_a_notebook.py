"""A learner's page as a cell's output, in a notebook that was saved as a page in JupyterLab's themes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from thinned import thinned

from browser.axe import violations
from browser.examine import LEAST
from browser.pages import learner, worst
from browser.visitor import DESK, PHONE, THEMES, Theme, Visitor
from judge.notebook.judgement import judgement_of
from judge.report import Report

PART = ".judge-page"
# What is not ours: JupyterLab's prompts are paler than we want to be.
OURS_ALONE = """() => document.querySelectorAll('.jp-InputArea, .jp-OutputPrompt')
    .forEach(one => one.remove())"""
OTHER: dict[Theme, Theme] = {"light": "dark", "dark": "light"}


def saved(path: Path, theme: Theme, *reports: Report) -> Path:
    """A notebook with these results, as `jupyter nbconvert` saves it."""
    outputs = [
        new_output("execute_result", {"text/html": judgement_of(one)._repr_html_()}, execution_count=1)
        for one in reports
    ]
    cells = [new_code_cell("%judge demo", execution_count=1, outputs=[one]) for one in outputs]
    text, _ = HTMLExporter(theme=theme).from_notebook_node(new_notebook(cells=cells))
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def reader(visitor: Visitor) -> Iterator[Visitor]:
    """Somebody who has no network, so that scripts of the notebook's page, which aren't ours, are missing."""
    yield visitor
    assert [one for one in visitor.take_faults() if "cdnjs" not in one and "DISCONNECTED" not in one] == []


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_shown_can_be_read_in_the_notebook_s_theme(reader: Visitor, tmp_path: Path, theme: Theme):
    reader.open(saved(tmp_path / "page.html", theme, learner(), worst()))
    reader.look(DESK, OTHER[theme])  # the notebook's theme counts, and not the system's
    reader.page.evaluate(OURS_ALONE)
    assert reader.check("paleTexts", LEAST) == []
    assert violations(reader, contrast=False, within=PART) == []  # that is paleTexts' to see
    ground = reader.page.locator(PART).first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}[theme]


@pytest.mark.more
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("attribute", thinned(["data-vscode-theme-kind", ""], later=pytest.mark.more))
def test_elsewhere_it_can_be_read_too(reader: Visitor, tmp_path: Path, theme: Theme, attribute: str):
    """In Visual Studio Code by its own theme, and where nothing is said by the system's."""
    kind = f'{attribute}="vscode-{theme}" class="vscode-{theme}"' if attribute else ""
    path = tmp_path / "page.html"
    html = judgement_of(learner())._repr_html_()
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>x</title>'
    path.write_text(f"{head}<body {kind}>{html}", encoding="utf-8")
    reader.open(path)
    reader.look(DESK, OTHER[theme] if attribute else theme)
    assert reader.check("paleTexts", LEAST) == []
    assert violations(reader, within=PART) == []


@pytest.mark.more
def test_it_touches_nothing_of_the_page_around_it(reader: Visitor, tmp_path: Path):
    seen = """() => [...document.querySelectorAll('.jp-InputArea, .jp-InputArea *, body, main')]
        .map(one => JSON.stringify([...getComputedStyle(one)].map(name => getComputedStyle(one)[name])))"""
    with_it = saved(tmp_path / "with.html", "light", learner())
    html = judgement_of(learner())._repr_html_()
    style = html[html.index("<style>") : html.index("</style>")]
    without = tmp_path / "without.html"
    text = with_it.read_text(encoding="utf-8")
    assert text.count("<style>.judge-page") == 1
    without.write_text(text.replace(style, "<style>"), encoding="utf-8")
    looks = []
    for path in (with_it, without):
        reader.open(path)
        reader.page.locator(PART).evaluate("one => { one.innerHTML = ''; one.style.display = 'none' }")
        looks.append(reader.page.evaluate(seen))
    assert looks[0] == looks[1]


def test_links_lead_to_lines_of_their_own_output(reader: Visitor, tmp_path: Path):
    page = reader.open(saved(tmp_path / "page.html", "light", learner(), learner()))
    second = page.locator(PART).nth(1)
    second.locator(".fix a").first.click()
    target = page.locator(":target")
    assert (
        target.evaluate(
            "one => [...document.querySelectorAll('.judge-page')].indexOf(one.closest('.judge-page'))"
        )
        == 1
    )


@pytest.mark.more
def test_blanks_of_code_are_kept_and_a_phone_is_wide_enough(reader: Visitor, tmp_path: Path):
    page = reader.open(saved(tmp_path / "page.html", "light", learner()))
    reader.look(PHONE, "light")
    [report] = learner().results
    lines = page.locator(f"{PART} .line code").evaluate_all("all => all.map(one => one.textContent)")
    assert set(lines) <= set((report.source or "").expandtabs(4).split("\n"))
    assert [one for one in lines if one.startswith("    ")]
    assert [one for one in reader.check("wider") if "judge-page" in one] == []
