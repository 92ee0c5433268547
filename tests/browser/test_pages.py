"""The made-up pages, as everybody may want to read them."""

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.examine import cut_on_paper, not_printed, only_with_scripts, unreached, unreadable
from browser.pages import a_class, learner, write
from browser.visitor import Visitor

BEGINNING = 60  # characters of a long name that are always there


def test_everybody_can_read_a_page(visitor: Visitor, page_file: Path):
    assert unreadable(visitor, page_file, thorough=False) == {}


@pytest.mark.more
def test_a_keyboard_reaches_everything_and_the_focus_is_seen(visitor: Visitor, page_file: Path):
    assert unreached(visitor, page_file) == []


@pytest.mark.more
def test_nothing_is_cut_on_paper(visitor: Visitor, page_file: Path):
    assert cut_on_paper(visitor, page_file) == []


@pytest.mark.more
def test_a_learners_printed_page_says_what_to_fix(visitor: Visitor, tmp_path: Path):
    [result] = learner().results
    texts = [result.message, *(text for one in result.findings for text in (one.message, one.help))]
    assert not_printed(visitor, write(learner(), tmp_path / "learner.html"), texts) == []


@pytest.mark.more
def test_without_scripts_a_class_says_the_same(visitor: Visitor, scriptless: Visitor, class_file: Path):
    assert only_with_scripts(visitor, scriptless, class_file) == Counter()


@pytest.mark.more
def test_a_printed_class_has_everybody(visitor: Visitor, class_file: Path):
    names = [one.submission.rpartition("/")[2][:BEGINNING] for one in a_class().results]
    assert not_printed(visitor, class_file, names) == []


@pytest.mark.more
def test_the_page_of_a_class_leads_to_a_learners_and_back(visitor: Visitor, class_file: Path):
    page = visitor.open(class_file)
    page.locator("#roll").get_by_role("link", name="ida.py").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ida.py")
    page.go_back()
    expect(page.locator("#roll")).to_be_visible()


@pytest.mark.more
def test_a_class_in_one_file_is_as_good(visitor: Visitor, scriptless: Visitor, tmp_path: Path):
    path = write(a_class(), tmp_path / "one-file.html")
    assert unreadable(visitor, path, thorough=True) == {}
    assert unreached(visitor, path) == []
    assert cut_on_paper(visitor, path) == []
    assert only_with_scripts(visitor, scriptless, path) == Counter()
    page = visitor.open(path)
    page.locator("#roll").get_by_role("link", name="ada.py").click()
    expect(page.locator("article:visible")).to_have_count(1)
