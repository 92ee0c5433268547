"""The learner's step as plain data."""

from collections.abc import Callable
from typing import Any


def trace(function: Callable[..., object] | None, spec: dict[str, Any]) -> dict[str, Any]:
    """Read the program of an entry point."""
    del function, spec
    return {"available": False, "reason": "programs aren't traced yet", "program": None}
