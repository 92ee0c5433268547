"""The page of every sample, as one run of all of them writes it."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.examine import cut_on_paper, not_printed, only_with_scripts, unreached, unreadable
from browser.visitor import Visitor

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(ROOT.glob("submissions/*/examples"))
SAMPLES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]
NAMES = [f"{path.parts[-4]}-{path.stem}" for path in SAMPLES]
MOST = 60 * 1024  # bytes of a page, which may be mailed

pytestmark = [pytest.mark.more, pytest.mark.process]


@pytest.fixture(scope="package")
def judged(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - without one nothing needs to be judged
    """A folder of pages, and what they are about as JSON."""
    folder = tmp_path_factory.mktemp("samples")
    reports = ("--report", f"html={folder}/", "--report", f"json={folder}/report.json")
    command = [sys.executable, "-m", "judge", "run", *map(str, FOLDERS), "--exit-zero", *reports]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture
def sample(judged: Path, number: int) -> tuple[Path, dict[str, Any]]:
    """One sample's page and its result."""
    result = json.loads((judged / "report.json").read_text(encoding="utf-8"))["results"][number]
    [page] = (judged / "submissions").glob(f"{number + 1:04}-*.html")
    return page, result


@pytest.mark.parametrize("number", range(len(SAMPLES)), ids=NAMES)
def test_everybody_can_read_the_page_of_a_sample(
    visitor: Visitor, scriptless: Visitor, sample: tuple[Path, dict[str, Any]]
):
    page, result = sample
    assert page.stat().st_size <= MOST
    assert unreadable(visitor, page, thorough=True) == {}
    assert unreached(visitor, page) == []
    assert cut_on_paper(visitor, page) == []
    found = [text for one in result["findings"] for text in (one["message"], one["help"])]
    texts = found or [result["message"]]
    assert not_printed(visitor, page, texts) == []
    assert only_with_scripts(visitor, scriptless, page) == Counter()


def test_everybody_can_read_the_page_of_the_class(visitor: Visitor, scriptless: Visitor, judged: Path):
    page = judged / "index.html"
    assert unreadable(visitor, page, thorough=True) == {}
    assert unreached(visitor, page) == []
    assert cut_on_paper(visitor, page) == []
    assert not_printed(visitor, page, [path.name for path in SAMPLES]) == []
    assert only_with_scripts(visitor, scriptless, page) == Counter()
