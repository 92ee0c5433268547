"""axe-core's rules, run in the open page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Incomplete ones are left out: those are texts in pictures, whose colours checks.js measures.
RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"""


def violations(page: Page) -> list[str]:
    """What the rules forbid: one line each, with the first elements that it is about."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes'][:3]]}" for one in found]
