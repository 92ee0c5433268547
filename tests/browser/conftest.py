from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from thinned import thinned

from browser.chromium import installed, started
from browser.pages import a_class, learner, worst, write, write_folder
from browser.visitor import DESK, Visitor, visiting


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser is enough: all that use it run in one worker."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser; closed before tests of other folders run, since Playwright keeps an event loop running."""
    if installed() is None:
        pytest.skip("no Chromium on this machine: make system-deps")
    with started() as browser:
        yield browser


@pytest.fixture(scope="package")
def _opened(chromium: Browser) -> Iterator[Visitor]:
    """One for all tests: to open a new one takes half a second."""
    with visiting(chromium) as one:
        yield one


@pytest.fixture(scope="package")
def _opened_without_scripts(chromium: Browser) -> Iterator[Visitor]:
    with visiting(chromium, scripts=False) as one:
        yield one


@pytest.fixture
def visitor(_opened: Visitor) -> Iterator[Visitor]:
    """Somebody who looks at pages, at first on a desk; a page's faults fail the test."""
    _opened.look(DESK, "light")
    yield _opened
    _opened.done()


@pytest.fixture
def scriptless(_opened_without_scripts: Visitor) -> Iterator[Visitor]:
    """Somebody whose browser runs no scripts."""
    yield _opened_without_scripts
    _opened_without_scripts.done()


@pytest.fixture(scope="session")
def class_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a made-up class, beside those of its learners."""
    return write_folder(a_class(), tmp_path_factory.mktemp("class"))


@pytest.fixture(scope="session", params=thinned(["learner", "worst", "class"], 3))
def page_file(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, class_file: Path
) -> Path:
    """Each of the made-up pages as a file."""
    if request.param == "class":
        return class_file
    of = learner() if request.param == "learner" else worst()
    return write(of, tmp_path_factory.mktemp("pages") / f"{request.param}.html")
