from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.chromium import installed, started
from browser.pages import PAGES
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


@pytest.fixture(scope="session", params=PAGES)
def page_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each of the made-up pages as a file."""
    return PAGES[request.param](tmp_path_factory.mktemp(request.param))
