"""Outside of the wall: start workers, talk to them, hold them to their limits.

A tier is a `Launcher`: it gives a `Process` with a channel, two output pipes and a way to end the whole
tree. Everything else (questions, limits, capture, what a death means) is the same for every tier.
"""

from judge.sandbox.launch import Launcher, Process, SpawnLauncher, ZygoteLauncher, default_launcher
from judge.sandbox.session import CaseInput, Program, Sandbox

__all__ = [
    "CaseInput",
    "Launcher",
    "Process",
    "Program",
    "Sandbox",
    "SpawnLauncher",
    "ZygoteLauncher",
    "default_launcher",
    "tiers",
]


def tiers() -> tuple[str, ...]:
    """The isolation tiers that this machine has, best first."""
    return ("none",)
