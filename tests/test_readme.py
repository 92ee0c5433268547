"""What the README names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"\]\(([^)#\s]+)|(?:src|href)=\"([^\"#]+)\"")


def named(markdown: str) -> list[str]:
    """What a text in Markdown links to or shows, but for addresses of the web."""
    found = [first or second for first, second in NAMED.findall(markdown)]
    return [one for one in found if not one.startswith("https://")]


def test_everything_that_the_readme_leads_to_is_a_file_or_folder_here():
    paths = named((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert "docs/learner-page.png" in paths


def test_the_picture_is_small_enough_to_be_kept():
    assert (ROOT / "docs" / "learner-page.png").stat().st_size <= 150 * 1024


@pytest.mark.parametrize(
    ("markdown", "paths"),
    [
        ("[a](b/c.md#d) ![e](f.png)", ["b/c.md", "f.png"]),
        ('<img src="g.png" alt="h"><a href="https://example.org/">i</a>', ["g.png"]),
    ],
)
def test_links_and_pictures_are_found(markdown: str, paths: list[str]):
    assert named(markdown) == paths
