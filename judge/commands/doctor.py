"""`judge doctor`: what this machine can isolate with, tried out, and what each missing wall would need.

With `--attack`, whether the walls hold: hostile programs are let loose on them.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import psutil

from judge.errors import JudgeError
from judge.evidence import ArrayValue
from judge.hostile.attack import attack, quick
from judge.problem.model import Limits
from judge.sandbox.session import Sandbox
from judge.sandbox.starting import cgroup
from judge.sandbox.starting.numeric_settings import PLATFORM
from judge.sandbox.starting.tiers import Layer, default_launcher, layers, tiers
from judge.sandbox.talking.requests import CaseInput, Program

# What a worker finds out: its walls, of which those are named that it got through, and JAX's devices.
_TRIAL = """
import json, os, socket
import jax
import numpy as np
def reaches(attempt):
    try:
        attempt()
    except (OSError, ImportError):
        return False
    return True
def step():
    walls = {
        "files of this machine": lambda: os.listdir("/etc") and open("/etc/passwd").close(),
        "the network": lambda: socket.socket().close(),
        "programs and processes": lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0),
        "signals to others": lambda: os.kill(os.getppid(), 0),
    }
    reached = [name for name, attempt in walls.items() if reaches(attempt)]
    found = {"reached": reached, "devices": [str(device) for device in jax.devices()]}
    return np.frombuffer(json.dumps(found).encode(), np.uint8)
"""
GIB = 1 << 30
GROUPS = {
    "time": "programs that never end",
    "memory": "programs that want all memory",
    "processes": "forks, daemons, threads without end",
    "signals": "signals to others, and their memory",
    "files": "theft of secrets, and traces left behind",
    "output": "floods, and forged results",
    "exits": "crashes and early exits",
    "cheating": "objects that lie, and patched libraries",
    "network": "the network, and the kernel",
    "source": "misleading source text",
}
SECONDS_EACH = 1.5  # that an attack takes, about
CAP_SYS_PTRACE = 19
OTHER_USERS = {  # what it takes to run, watch and end workers that are another user
    "CAP_CHOWN": 0,
    "CAP_DAC_OVERRIDE": 1,
    "CAP_FOWNER": 3,
    "CAP_KILL": 5,
    "CAP_SETGID": 6,
    "CAP_SETUID": 7,
}
NOT_CONTAINED = 4  # the exit code of an isolation that isn't what it should be


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One tier, tried: how long a worker took to be ready and answer, what it reached, and on what it ran.

    `fault` says why no worker could be had.
    """

    tier: str
    seconds: float
    reached: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
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
    if not isinstance(value, ArrayValue):
        return Trial(tier=tier, seconds=seconds, fault="the worker gave no answer")
    said = json.loads(value.data)
    return Trial(tier=tier, seconds=seconds, reached=tuple(said["reached"]), devices=tuple(said["devices"]))


def report() -> str:
    """All of it, as text of at most 80 columns where paths allow."""
    found = trials()
    return "\n".join([*_machine(found), "", *_tiers(found), "", *_layers(), "", *_limits(), ""])


def attacks(say: Callable[[str], None]) -> int:
    """Let hostile programs loose on the best tier; says of each group what was contained. The exit code."""
    tier = tiers()[0]
    chosen = quick(tier)
    minutes = max(round(len(chosen) * SECONDS_EACH / 60), 1)
    say(f"attacking {tier} with {len(chosen)} hostile programs, for about {minutes} minutes:\n")
    failed = 0
    for group, attempts in groupby(attack(tier, chosen), key=lambda attempt: attempt.program.group):
        made = list(attempts)
        through = [attempt for attempt in made if attempt.wrong]
        failed += len(through)
        say(f"  {group:<10} {len(made) - len(through)} of {len(made)} contained: {GROUPS[group]}\n")
        for attempt in through:
            say(f"    NOT CONTAINED: {attempt.program.name}\n")
            say("".join(f"      {sentence}\n" for sentence in attempt.wrong))
    say(_outcome(tier, failed, len(chosen)))
    return NOT_CONTAINED if failed else 0


def _outcome(tier: str, failed: int, count: int) -> str:
    if failed:
        return f"{failed} of {count} were NOT contained: don't judge strangers' work on this machine\n"
    held = f"all {count} were contained: nothing got out, was left or was judged wrongly\n"
    if tier != "none":
        return held
    return (
        f"{held}but `{tier}` has no walls: attacks on files, network and processes were left\nout, "
        "since they succeed\n"
    )


def _machine(found: tuple[Trial, ...]) -> Iterator[str]:
    yield f"Python {platform.python_version()} on {sys.platform} {platform.machine()}, {platform.release()}"
    yield f"user: {'root' if _is_root() else 'not root'}"
    devices = next((trial.devices for trial in found if trial.fault is None), ())
    yield f"devices: {', '.join(devices) or 'none could be asked for'} ({PLATFORM}, {os.cpu_count()} cores)"


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
    has = psutil.virtual_memory().total / GIB
    yield f"  memory: {Limits().memory_mib} MiB, or what a problem says; this machine has {has:.1f} GiB"
    if cgroup.find() is None:
        yield "    held by a watchdog over the whole tree, with RLIMIT_AS behind it; best effort"
        yield "    an exact limit needs a cgroup v2 of the judge's own, for example:"
        yield "    systemd-run --user --scope -p Delegate=yes judge run ..."
    else:
        yield "    held by a cgroup for each worker"
    if _is_root():
        yield from user_of_root(has_capability)
    else:
        yield "  user: workers stay yours, without privileges to lose"


def user_of_root(has: Callable[[int], bool]) -> Iterator[str]:
    """What becomes of workers of a judge that runs as root with these capabilities."""
    missing = [name for name, number in OTHER_USERS.items() if not has(number)]
    if missing:
        yield "  user: workers stay root, without capabilities: an unused user would be better"
        yield f"    that takes {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} missing"
        return
    yield "  user: workers become an unused user without capabilities"
    if not has(CAP_SYS_PTRACE):
        yield "    deleted files that they still hold can't be counted: that takes CAP_SYS_PTRACE"


def has_capability(number: int, status: Path = Path("/proc/self/status")) -> bool:
    """Whether this process has a capability of <linux/capability.h>; root may have fewer in a container."""
    with suppress(OSError):
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("CapEff:"):
                return bool(int(line.split()[1], 16) >> number & 1)
    return False


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
