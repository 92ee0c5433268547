"""Versions of what a number depends on, without importing any of it."""

import sys
from collections.abc import Sequence
from contextlib import suppress

TOLD = ("jax", "jaxlib", "flax", "optax", "numpy")  # in reports: what a number depends on


def installed_versions(packages: Sequence[str] = TOLD) -> dict[str, str]:
    """Versions of Python and of these packages, of those that are installed."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 -- hardly ever needed, and slow

    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in packages:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
