"""One learner's page, or the page of a run with all of them in it; in a folder each by itself."""

from typing import Any

import pytest
from pages.reading import broken_links, oddities, words

from judge.report import Report
from judge.reporters.base import View
from judge.reporters.html import HtmlReporter
from reporters.readers import html
from reporters.reports import report, result, wrong_result
from reporters.samples import HOSTILE, every, hostile, mixed


def read(of: Report) -> Any:
    return html(HtmlReporter().render(of))


def files(of: Report) -> dict[str, str]:
    return {name: "".join(parts) for name, parts in HtmlReporter(View()).files(of)}


def test_a_run_of_one_submission_is_its_page():
    assert [words(one) for one in read(report(wrong_result())).iter("h1")] == ["ada.py"]


def test_a_run_of_several_is_a_table_with_all_pages_in_it():
    page = read(mixed())
    assert {article.get("id") for article in page.iter("article")} == {"s1", "s2", "s3"}
    assert {"#s1", "#s2", "#s3"} <= {link.get("href") for link in page.iter("a")}


def test_in_a_folder_each_learner_has_a_page():
    written = files(mixed())
    assert list(written) == [
        "submissions/0001-ada.html",
        "submissions/0002-bob.html",
        "submissions/0003-cyd.html",
        "report.html",
        "index.html",
    ]
    assert written["report.html"] == written["index.html"]
    links = {link.get("href") for link in html(written["index.html"]).iter("a")}
    assert {name for name in written if name.startswith("submissions/")} <= links


def test_a_learners_page_has_nothing_of_any_other():
    written = files(mixed())
    page = written["submissions/0003-cyd.html"]
    assert "cyd.py" in page
    assert not [
        other for other in ("ada", "bob", "unscaled-grads", "hello", "0003", "index.html") if other in page
    ]
    assert broken_links(html(page)) == []


def test_in_a_folder_the_only_page_is_the_index_too():
    written = files(report(result()))
    assert list(written) == ["submissions/0001-ada.html", "report.html", "index.html"]
    assert len(set(written.values())) == 1


@pytest.mark.parametrize("of", every())
def test_every_page_can_be_read_and_a_learners_runs_nothing(of: Report):
    written = files(of)
    for name, page in {"": HtmlReporter().render(of), **written}.items():
        assert next(html(page).iter("h1")) is not None
        assert "default-src &#39;none&#39;" in page
        assert not (name.startswith("submissions/") and "<script" in page)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_element_or_an_attribute(text: str):
    assert list(oddities(read(hostile(text)))) == []


def test_an_interrupted_run_says_so():
    assert "Interrupted" in words(read(report(complete=False, exit_code=130)))
