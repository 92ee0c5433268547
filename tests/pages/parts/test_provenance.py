"""What was judged with what."""

from datetime import UTC, datetime

from reporters.reports import report, result

from judge.pages.parts.provenance import provenance
from pages.reading import fragment, words


def facts(*of: object) -> dict[str, str]:
    read = fragment(provenance(result(), *of))
    return dict(zip(map(words, read.iter("dt")), map(words, read.iter("dd")), strict=True))


def test_all_that_one_needs_to_argue_about_a_grade():
    assert facts(report().head, datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)) == {
        "file": "submissions/demo/ada.py",
        "problem": "demo",
        "sha256 of the file": "a" * 64,
        "sha256 of the cases": "c" * 64,
        "judged in": "0.90 s",
        "judge": "0.1.0",
        "entropy": "0",
        "isolation": "none",
        "jax": "0.10.2",
        "python": "3.11.7",
        "date": "2026-11-23 12:00 UTC",
    }


def test_what_another_part_of_the_page_says_is_left_to_it():
    assert list(facts()) == ["file", "problem", "sha256 of the file", "sha256 of the cases", "judged in"]


def test_an_environment_without_isolation_is_told():
    assert facts(report(environment={}).head)["isolation"] == "unknown"
