"""`judge doctor`: what this machine can isolate with, tried out, and what each missing wall would need."""

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from judge.errors import JudgeError
from judge.evidence import OtherValue, TreeValue
from judge.problem.model import Limits
from judge.sandbox import CaseInput, Program, Sandbox, cgroup, default_launcher, tiers
from judge.sandbox.environment import PLATFORM
from judge.sandbox.tiers import Layer, layers

# What a worker finds out about its own walls: True where it got through.
_TRIAL = """
import os, socket
def reaches(attempt):
    try:
        attempt()
    except (OSError, ImportError):
        return False
    return True
def step():
    found = {
        "files of this machine": reaches(lambda: os.listdir("/etc") and open("/etc/passwd").close()),
        "the network": reaches(lambda: socket.socket().close()),
        "programs and processes": reaches(lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)),
        "signals to others": reaches(lambda: os.kill(os.getppid(), 0)),
    }
    return [name for name, open_ in found.items() if open_]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One tier, tried: how long a worker took to be ready and answer, and what it could reach.

    `fault` says why no worker could be had.
    """

    tier: str
    seconds: float
    reached: tuple[str, ...] = ()
    fault: str | None = None


def trials() -> tuple[Trial, ...]:
    """A worker in each tier that is here."""
    return tuple(_trial(tier) for tier in tiers())


def _trial(tier: str) -> Trial:
    program = Program(name="trial.py", source=_TRIAL, entry_point="step", parameters=())
    began = time.monotonic()
    try:
        with closing(default_launcher(tier)) as launcher:
            launcher.start()
            began = time.monotonic()
            evidence = Sandbox(launcher).judge(program, [CaseInput(name="trial", arguments=())], Limits())
    except (JudgeError, OSError) as error:
        return Trial(tier=tier, seconds=time.monotonic() - began, fault=str(error))
    seconds = time.monotonic() - began
    value = evidence.cases[0].value if evidence.cases else None
    if isinstance(value, TreeValue):
        reached = tuple(item.text.strip("'") for _, item in value.items if isinstance(item, OtherValue))
        return Trial(tier=tier, seconds=seconds, reached=reached)
    if isinstance(value, OtherValue) and value.kind == "list":  # an empty one
        return Trial(tier=tier, seconds=seconds)
    return Trial(tier=tier, seconds=seconds, fault="the worker gave no answer")


def report() -> str:
    """All of it, as text of at most 80 columns where paths allow."""
    found = trials()
    return "\n".join([*_machine(), "", *_tiers(found), "", *_layers(), "", *_limits(), ""])


def _machine() -> Iterator[str]:
    yield f"Python {platform.python_version()} on {sys.platform} {platform.machine()}, {platform.release()}"
    yield f"devices: {PLATFORM}; user: {'root' if _is_root() else 'not root'}"


def _tiers(found: tuple[Trial, ...]) -> Iterator[str]:
    yield f"isolation: {found[0].tier} is used unless --isolation says otherwise"
    for trial in found:
        if trial.fault is not None:
            yield f"  {trial.tier}: BROKEN: {trial.fault}"
            continue
        reached = ", ".join(trial.reached) or "nothing beyond its walls"
        yield f"  {trial.tier}: a worker answered in {trial.seconds:.2f} s; it reached {reached}"


def _layers() -> Iterator[str]:
    yield "walls:"
    for layer in layers():
        yield f"  {_layer(layer)}"


def _layer(layer: Layer) -> str:
    state = layer.found if layer.here else f"MISSING: {layer.found}\n    needs {layer.needs}"
    return f"{layer.name}: {state}"


def _limits() -> Iterator[str]:
    yield "limits:"
    if cgroup.find() is None:
        yield "  memory: a watchdog over the whole tree, with RLIMIT_AS behind it; best effort"
        yield "    an exact limit needs a cgroup v2 of the judge's own, for example:"
        yield "    systemd-run --user --scope -p Delegate=yes judge run ..."
    else:
        yield "  memory: a cgroup for each worker"
    if _is_root():
        yield "  user: workers become an unused user without capabilities"
    else:
        yield "  user: workers stay yours, without privileges to lose"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
