"""A page that is open in the browser, and what it did that it mustn't: errors on its console, requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

OURS = {"file", "data", "about"}
PHONE, TABLET, DESK = 375, 768, 1280
WIDTHS = (PHONE, TABLET, DESK)
WAIT = 10_000  # ms that the browser may take for an answer on a busy machine
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who looks at one page after the other.

    Attributes:
        page: what is open.
        faults: errors on the console, exceptions of scripts and requests to elsewhere, as they come.
    """

    page: Page
    faults: list[str] = field(default_factory=list)

    def open(self, path: Path, fragment: str = "") -> Page:
        """Look at a file."""
        self.page.goto(f"{path.as_uri()}{fragment}")
        return self.page

    def look(self, width: int, theme: Theme, height: int = 900) -> Page:
        """The same page on a screen of this size, in pixels, and in these colours."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=theme)
        return self.page

    def check(self, name: str, *arguments: object) -> Any:
        """What a function of checks.js says of the page."""
        return self.page.evaluate(
            f"arguments_ => {{ {CHECKS}; return {name}(...arguments_) }}", list(arguments)
        )

    def take_faults(self) -> list[str]:
        """The faults until now, which then are no longer held against the page."""
        found = [*self.faults]
        self.faults.clear()
        return found

    def done(self) -> None:
        """AssertionError where a page was at fault."""
        if faults := self.take_faults():
            raise AssertionError("\n".join(faults))


@contextmanager
def visiting(browser: Browser, *, scripts: bool = True) -> Iterator[Visitor]:
    """A visitor without a network."""
    context = browser.new_context(offline=True, java_script_enabled=scripts, reduced_motion="reduce")
    context.set_default_timeout(WAIT)
    visitor = Visitor(page=context.new_page())
    faults = visitor.faults

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"{message.type}: {message.text}")

    def see(request: Request) -> None:
        if urlsplit(request.url).scheme not in OURS:
            faults.append(f"request: {request.url}")

    visitor.page.on("console", hear)
    visitor.page.on("pageerror", lambda error: faults.append(f"exception: {error}"))
    visitor.page.on("request", see)
    yield visitor
    context.close()
