"""The page of every sample, as one run of all of them writes it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.examine import cut_on_paper, not_printed, only_with_scripts, unreached, unreadable
from browser.visitor import Visitor

ROOT = Path(__file__).parents[2]
SAMPLES = [
    path for folder in sorted(ROOT.glob("submissions/*/examples")) for path in sorted(folder.rglob("*.py"))
]
FEW = SAMPLES[::10]
REST = [path for path in SAMPLES if path not in FEW]
MOST = 60 * 1024  # bytes of a page, which may be mailed

pytestmark = [pytest.mark.more, pytest.mark.process]


def named(paths: list[Path], *marks: pytest.MarkDecorator) -> list[object]:
    return [pytest.param(path, paths, id=f"{path.parts[-4]}-{path.stem}", marks=marks) for path in paths]


@pytest.fixture(scope="package")
def judged(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Path]], Path]:  # noqa: ARG001 - without one nothing needs to be judged
    """A folder of pages for these samples, and what they are about as JSON."""

    @cache
    def folder_of(paths: tuple[Path, ...]) -> Path:
        folder = tmp_path_factory.mktemp("samples")
        reports = ("--report", f"html={folder}/", "--report", f"json={folder}/report.json")
        command = [sys.executable, "-m", "judge", "run", *map(str, paths), "--exit-zero", *reports]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        return folder

    return lambda paths: folder_of(tuple(paths))


@pytest.mark.parametrize(("path", "beside"), [*named(FEW), *named(REST, pytest.mark.soak)])
def test_everybody_can_read_the_page_of_a_sample(
    visitor: Visitor,
    scriptless: Visitor,
    judged: Callable[[list[Path]], Path],
    path: Path,
    beside: list[Path],
):
    folder, number = judged(beside), beside.index(path)
    result: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))["results"][
        number
    ]
    [page] = (folder / "submissions").glob(f"{number + 1:04}-*.html")
    assert page.stat().st_size <= MOST
    assert unreadable(visitor, page, thorough=True) == {}
    assert unreached(visitor, page) == []
    assert cut_on_paper(visitor, page) == []
    found = [text for one in result["findings"] for text in (one["message"], one["help"])]
    texts = found or [result["message"]]
    assert not_printed(visitor, page, texts) == []
    assert only_with_scripts(visitor, scriptless, page) == Counter()


def test_everybody_can_read_the_page_of_the_class(
    visitor: Visitor, scriptless: Visitor, judged: Callable[[list[Path]], Path]
):
    page = judged(FEW) / "index.html"
    assert unreadable(visitor, page, thorough=True) == {}
    assert unreached(visitor, page) == []
    assert cut_on_paper(visitor, page) == []
    assert not_printed(visitor, page, [path.name for path in FEW]) == []
    assert only_with_scripts(visitor, scriptless, page) == Counter()
