"""axe-core's rules, run in the open page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from browser.visitor import Visitor

# What axe-core leaves open are texts in pictures, whose colours checks.js measures.
RUN = """([contrast, within]) => axe.run(within ?? document, {
    resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}
}).then(found => found.violations)"""


def violations(visitor: Visitor, *, contrast: bool = True, within: str | None = None) -> list[str]:
    """What the rules forbid: one line each, with the first elements that it is about.

    Args:
        contrast: with the rule on contrast, which takes three quarters of the time.
        within: the elements that are asked about, where these aren't all.
    """
    if not visitor.page.evaluate("() => 'axe' in window"):
        visitor.page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = visitor.page.evaluate(RUN, [contrast, within])
    return [f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes'][:3]]}" for one in found]
