"""The browser that the distribution ships, without a window and without a network, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)


def installed() -> str | None:
    """The path of a browser on this machine; None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started() -> Iterator[Browser]:
    """A browser, closed in the end; FileNotFoundError without one on this machine."""
    path = installed()
    if path is None:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is installed: make system-deps")
    # Chromium's own walls need a user that isn't root; what it opens is made here.
    walls = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *walls])
        yield browser
        browser.close()
