"""Warm-up programs that need no compiling, and workers that are set up with them."""

import textwrap
from typing import Any

from judge.sandbox.starting.pool import Setup
from judge.sandbox.talking.requests import WarmUp
from sandbox.programs import LIMITS


def warm_up(body: str = "pass", *, head: str = "") -> WarmUp:
    """A program with os, sys and time, whose `warm_up()` is this; called once."""
    source = f"import os, sys, threading, time\n{head}\ndef warm_up():\n" + textwrap.indent(
        textwrap.dedent(body), "    "
    )
    return WarmUp(source=source, entry_point="warm_up", calls=("[]",))


def set_up(body: str | None = None, **changes: Any) -> Setup:
    return Setup(**{"limits": LIMITS, "warm_up": None if body is None else warm_up(body), **changes})
