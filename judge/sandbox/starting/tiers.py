"""What this machine can isolate with, and the launcher of each tier.

Probing asks the kernel and tries what can be tried cheaply. It decides only what is offered: a worker whose
walls can't be put up never sees a submission.
"""

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from judge.errors import IsolationError
from judge.paths import install_advice
from judge.sandbox.starting import bubblewrap, cgroup
from judge.sandbox.starting.launch import NO_ISOLATION, Launcher, ZygoteLauncher
from judge.sandbox.starting.spawn import SpawnLauncher, user_processes
from judge.sandbox.starting.zygote import Zygote

NAMES = ("landlock", "namespaces", "none")  # best first
SYS_LANDLOCK_CREATE_RULESET, LANDLOCK_VERSION = 444, 1  # <linux/landlock.h>; the number is every machine's
PR_GET_SECCOMP = 21  # <linux/prctl.h>
FILTERED_MACHINES = ("x86_64", "aarch64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One wall: whether it is here, what was found, and what it would need otherwise."""

    name: str
    here: bool
    found: str
    needs: str


@cache
def landlock_abi() -> int:
    """Landlock's ABI on this kernel, 0 where it has none or doesn't let us."""
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(int(libc.syscall(SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION)), 0)


def landlock_layer() -> Layer:
    """Files, and on newer kernels TCP, signals and abstract Unix sockets."""
    abi, package = landlock_abi(), find_spec("landlockpy") is not None
    found = f"ABI {abi}" if abi else "the kernel has none, or it is switched off"
    needs = "Linux 5.13 or newer with `landlock` among its security modules (lsm=...)"
    if abi and not package:
        found, needs = f"ABI {abi}, but landlockpy is not installed", install_advice("isolation")
    return Layer(name="landlock", here=bool(abi) and package, found=found, needs=needs)


@cache
def syscalls_layer() -> Layer:
    """The filter of system calls."""
    here = sys.platform == "linux" and platform.machine() in FILTERED_MACHINES
    if here:
        here = ctypes.CDLL(None, use_errno=True).prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0
    found = f"seccomp on {platform.machine()}" if here else f"none on {sys.platform} {platform.machine()}"
    needs = f"Linux with seccomp, on {' or '.join(FILTERED_MACHINES)}"
    return Layer(name="system call filter", here=here, found=found, needs=needs)


@cache
def namespaces_layer() -> Layer:
    """Bubblewrap, tried for real."""
    needs = "bubblewrap (apt-get install bubblewrap) and user namespaces for its user"
    program = bubblewrap.program() if sys.platform == "linux" else None
    if program is None:
        return Layer(name="namespaces", here=False, found="there is no bwrap", needs=needs)
    try:
        done = subprocess.run(bubblewrap.trial(program), capture_output=True, timeout=10, check=False, env={})
    except (OSError, subprocess.SubprocessError) as error:
        return Layer(name="namespaces", here=False, found=f"bwrap fails: {error}", needs=needs)
    said = done.stderr.decode(errors="replace").strip().splitlines()
    found = program if done.returncode == 0 else f"bwrap fails: {said[-1] if said else 'without a word'}"
    return Layer(name="namespaces", here=done.returncode == 0, found=found, needs=needs)


def layers() -> tuple[Layer, ...]:
    """All walls, whether they are here or not."""
    return (landlock_layer(), syscalls_layer(), namespaces_layer())


@cache
def tiers() -> tuple[str, ...]:
    """The isolation tiers that this machine has, best first."""
    found = []
    if syscalls_layer().here and landlock_layer().here:
        found.append("landlock")
    if syscalls_layer().here and namespaces_layer().here:
        found.append("namespaces")
    return (*found, "none")


def missing(tier: str) -> str:
    """What a tier that isn't here lacks, and what would help."""
    wanted: Mapping[str, Callable[[], Layer]] = {"landlock": landlock_layer, "namespaces": namespaces_layer}
    layers_of = [wanted[tier](), syscalls_layer()] if tier in wanted else []
    lacking = [f"{layer.found}, it needs {layer.needs}" for layer in layers_of if not layer.here]
    return "; ".join(lacking) or "It needs another machine"


def check_tier(isolation: str, required: str | None = None) -> str:
    """The tier that "auto" or a name stands for.

    Raises:
        IsolationError: it isn't here, or is below the one that is required; says what is missing.
    """
    here = tiers()
    for tier in filter(None, (isolation, required)):
        if tier not in ("auto", *here):
            raise IsolationError(
                f"isolation {tier} is not to be had here, only: {', '.join(here)}. {missing(tier)}."
            )
    used = here[0] if isolation == "auto" else isolation
    if required not in (None, "auto") and NAMES.index(used) > NAMES.index(required):
        raise IsolationError(f"--isolation {used} is below what --require-isolation {required} asks for")
    return used


def default_launcher(isolation: str = "auto", zygote: Zygote | None = None) -> Launcher:
    """The fastest way to start workers in this tier, or in the best one.

    Args:
        zygote: one that may be on its way already, for the launcher to keep.

    Raises:
        IsolationError: this machine hasn't that tier.
    """
    tier = check_tier(isolation)
    if sys.platform != "linux":
        return SpawnLauncher()
    groups = cgroup.find()
    memory = "watchdog" if groups is None else "cgroup"
    if tier == "none":
        offered = {**NO_ISOLATION, "memory": memory}
        return ZygoteLauncher(offered, user_processes=user_processes(), groups=groups, zygote=zygote)
    others = 0 if os.geteuid() == 0 else user_processes()
    abi = landlock_abi() if landlock_layer().here else None
    offered = {**NO_ISOLATION, "tier": tier, "network": "blocked", "landlock_abi": abi, "memory": memory}
    walls = ("files", "syscalls") if abi else ("syscalls",)
    if tier == "landlock":
        walls = ("privileges", *walls)
        return ZygoteLauncher(offered, walls, user_processes=others, groups=groups, zygote=zygote)
    offered["memory"] = "watchdog"  # from in there, the hierarchy of cgroups can't be seen, so nor joined
    wrap = bubblewrap.wrapper(bubblewrap.program() or "bwrap")
    walls = ("pid_namespace", *walls)
    return ZygoteLauncher(offered, walls, wrap=wrap, user_processes=others, zygote=zygote)
