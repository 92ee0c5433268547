"""What is pinned can be had on the oldest Python that the project says it works on, not only on this one."""

import tomllib
from importlib import metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]


def pinned() -> dict[str, str]:
    """Versions by name, as constraints.txt has them."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        name.lower().replace("_", "-"): version for name, _, version in (x.partition("==") for x in lines)
    }


def test_what_is_pinned_is_installed_and_works_on_the_oldest_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=") + ".0"
    pins, seen, newer = pinned(), 0, []
    for found in metadata.distributions():
        if pins.get(found.name.lower().replace("_", "-")) == found.version:
            seen += 1
            needs = found.metadata.json.get("requires_python")
            if needs and not SpecifierSet(needs).contains(oldest):
                newer.append(f"{found.name} {found.version} needs Python {needs}")
    assert seen > 100
    assert newer == []
