"""Outside of the wall: start workers, talk to them, hold them to their limits.

A tier is a `Launcher`: it gives a `Process` with a channel, two output pipes and a way to end the whole
tree. Everything else (questions, limits, capture, what a death means) is the same for every tier.
"""

from judge.sandbox.launch import Launcher, ZygoteLauncher
from judge.sandbox.pool import Pool, Setup
from judge.sandbox.process import Process
from judge.sandbox.questions import CaseInput, Program, WarmUp
from judge.sandbox.session import Sandbox, setup
from judge.sandbox.spawn import SpawnLauncher
from judge.sandbox.tiers import check_tier, default_launcher, tiers

__all__ = [
    "CaseInput",
    "Launcher",
    "Pool",
    "Process",
    "Program",
    "Sandbox",
    "Setup",
    "SpawnLauncher",
    "WarmUp",
    "ZygoteLauncher",
    "check_tier",
    "default_launcher",
    "setup",
    "tiers",
]
