"""The made-up pages, as everybody may want to read them."""

from pathlib import Path

from browser.examine import cut_on_paper, not_printed, only_with_scripts, unreached, unreadable
from browser.pages import a_class, learner, write
from browser.visitor import Visitor


def test_everybody_can_read_a_page(visitor: Visitor, page_file: Path):
    assert unreadable(visitor, page_file, thorough=False) == {}


def test_a_keyboard_reaches_everything_and_the_focus_is_seen(visitor: Visitor, page_file: Path):
    assert unreached(visitor, page_file) == []


def test_without_scripts_a_page_says_the_same(visitor: Visitor, scriptless: Visitor, page_file: Path):
    assert only_with_scripts(visitor, scriptless, page_file) == set()


def test_nothing_is_cut_on_paper(visitor: Visitor, page_file: Path):
    assert cut_on_paper(visitor, page_file) == []


def test_a_learners_printed_page_says_what_to_fix(visitor: Visitor, tmp_path: Path):
    [result] = learner().results
    texts = [result.message, *(text for one in result.findings for text in (one.message, one.help))]
    assert not_printed(visitor, write(learner(), tmp_path / "learner.html"), texts) == []


def test_a_printed_class_has_everybody(visitor: Visitor, tmp_path: Path):
    names = [one.submission.rpartition("/")[2] for one in a_class().results]
    assert not_printed(visitor, write(a_class(), tmp_path / "class.html"), names) == []
