"""What is prepared once for a group of tests is prepared once: they run in one worker."""

import pytest


@pytest.mark.xdist_group("one worker")
def test_groups_are_kept_together_by_the_versions_that_are_installed(request: pytest.FixtureRequest) -> None:
    """The scheduler knows of a group by what is behind the @ (not so with pytest 9.2 and xdist 3.8)."""
    grouped = bool(getattr(request.config.option, "loadgroup", False))
    assert request.node.nodeid.endswith("@one worker") is grouped
