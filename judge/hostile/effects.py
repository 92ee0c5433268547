"""What is looked for from outside after a hostile program ran: one check for each kind of harm.

A check is a function of the world and gives sentences, none when all is well. All of them are made after
every program, whatever its header says it is after.
"""

import os
import re
import sysconfig
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from judge.hostile.world import LIMITS, Answer, World, snapshot, wait_until_quiet

MIB = 1 << 20
GROWTH_MIB = 64  # what the judge's highest memory may rise by over a whole session
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", "/", "/root", "/home")  # noqa: S108 - looked into
# The seed of the hidden case and the answer to it, which lies 40 to 48 above.
HIDDEN_NUMBERS = re.compile(r"(?<![0-9a-f])4861(?:177|2[12]\d)(?![0-9a-f])")
FIRST = 30.0  # seconds that a judge may take to find out what is expected, before its first answer
OVERTIME = 1.0  # seconds that a case may take beyond its limit


@dataclass(frozen=True, slots=True)
class Before:
    """The state that must be found again."""

    files: Mapping[str, Mapping[str, Any]]
    peak_mib: float
    zygote: int | None
    limits: str
    priority: tuple[int, tuple[int, ...]]


def remember(world: World) -> Before:
    """What the world looks like now."""
    bystander = psutil.Process(world.bystander.pid)
    return Before(
        files={name: snapshot(world.base / name) for name in ("root", "home", "cache", "tmp")},
        peak_mib=peak_mib(world.judge.pid),
        zygote=world.zygote(),
        limits=limits_of(world.bystander.pid),
        priority=(bystander.nice(), tuple(bystander.cpu_affinity())),
    )


def limits_of(pid: int) -> str:
    """All resource limits of a process, as the kernel writes them."""
    return Path(f"/proc/{pid}/limits").read_text(encoding="ascii")


def peak_mib(pid: int) -> float:
    """The highest resident memory that a process ever had."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processes(world: World, _before: Before, _answer: Answer) -> list[str]:
    """No process of the run is left: none below the judge but the zygote, no marked one anywhere."""
    found = wait_until_quiet(lambda: survivors(world))
    for process in _survivors(world):  # so that the next program isn't blamed
        with suppress(psutil.Error):
            process.kill()
    return found


def survivors(world: World) -> list[str]:
    """Sentences about processes that should be gone."""
    found = []
    for process in _survivors(world):
        with suppress(psutil.Error):
            found.append(f"process {process.pid} ({process.status()}): {' '.join(process.cmdline())[:80]}")
    return sorted(found)


def _survivors(world: World) -> list[psutil.Process]:
    """Everything below the judge or with its mark, but the judge, its zygote and the bystander."""
    trusted = {world.judge.pid, world.bystander.pid, world.zygote()}
    below = psutil.Process(world.judge.pid).children(recursive=True)
    everybody = {*below, *psutil.process_iter()}
    return [
        process
        for process in everybody
        if process.pid not in trusted and (process in below or _marked(process.pid, world.mark))
    ]


def _marked(pid: int, mark: str) -> bool:
    with suppress(OSError):
        return f"TZ={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    return False


def files(world: World, before: Before, _answer: Answer) -> list[str]:
    """Nothing is left, changed or gone: not in the world's own folders, nor where everybody may write."""
    own = {name: snapshot(world.base / name) for name in ("root", "home", "tmp")}
    changed = [
        f"{name}/{path} {difference}"
        for name, now in own.items()
        for path, difference in differences(before.files[name], now)
    ]
    return changed + litter(world)


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Path → what happened to it."""
    gone = [(path, "is gone") for path in before if path not in now]
    new = [(path, "is new") for path in now if path not in before]
    return gone + new + [(path, "was changed") for path in now if before.get(path, now[path]) != now[path]]


def litter(world: World) -> list[str]:
    """What bears the world's mark in places that are shared with others; it is removed, too."""
    own_python = (sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"))
    found = []
    for folder in map(Path, (*SHARED, *own_python)):
        with suppress(OSError):
            for entry in os.scandir(folder):
                if world.mark in entry.name and Path(entry.path) != world.base:
                    found.append(f"{entry.path} was left behind")
                    Path(entry.path).unlink()
    segments = Path("/proc/sysvipc/shm")
    if segments.exists():
        lines = [line.split() for line in segments.read_text(encoding="ascii").splitlines()[1:]]
        found += [
            f"the shared segment {line[1]} was left behind" for line in lines if int(line[0]) == world.key
        ]
    return found


def cache(world: World, before: Before, _answer: Answer) -> list[str]:
    """The cache holds what trusted code wrote, byte for byte."""
    now = snapshot(world.base / "cache")
    return [f"cache/{path} {what}" for path, what in differences(before.files["cache"], now)]


def canaries(world: World, _before: Before, answer: Answer) -> list[str]:
    """No secret is in any report, in no format."""
    found = []
    for name, text in answer.texts.items():
        found += [f"{place} leaked into {name}" for place, secret in world.canaries.items() if secret in text]
        numbers = sorted(set(HIDDEN_NUMBERS.findall(text)))
        found += [f"hidden numbers leaked into {name}: {', '.join(numbers)}"] if numbers else []
    return found


def breach(_world: World, _before: Before, answer: Answer) -> list[str]:
    """Programs whose success leaves no trace outside say of themselves that they got through."""
    lines = [
        line
        for result in answer.document["results"]
        for line in (result["stdout"] + result["stderr"]).splitlines()
        if line.startswith("BREACH")
    ]
    return [line[:300] for line in lines]


def bystander(world: World, before: Before, _answer: Answer) -> list[str]:
    """A process of the same user still runs, remembers, and has the limits that it had; so has the zygote."""
    found = []
    process = psutil.Process(world.bystander.pid)
    if process.status() not in {psutil.STATUS_SLEEPING, psutil.STATUS_RUNNING}:
        found.append(f"the bystander is {process.status()}")
        return found
    assert world.bystander.stdin is not None
    world.bystander.stdin.write("\n")
    world.bystander.stdin.flush()
    if world.said(world.bystander, 20) != world.canaries["bystander"]:
        found.append("the bystander's memory was changed")
    if limits_of(process.pid) != before.limits:
        found.append("the bystander's limits were changed")
    if (process.nice(), tuple(process.cpu_affinity())) != before.priority:
        found.append("the bystander's priority was changed")
    if world.zygote() != before.zygote:
        found.append("the zygote was replaced")
    return found


def listeners(world: World, _before: Before, _answer: Answer) -> list[str]:
    """Nobody came to any of the sockets."""
    return [f"somebody reached the {name} listener" for name in world.listeners.visited()]


def memory(world: World, before: Before, _answer: Answer) -> list[str]:
    """The judge's own memory never rose by much, not even for a moment."""
    growth = peak_mib(world.judge.pid) - before.peak_mib
    return [f"the judge grew by {growth:.0f} MiB"] if growth > GROWTH_MIB else []


def time(_world: World, _before: Before, answer: Answer) -> list[str]:
    """No case took longer than its limit and a second, and all cases no longer than twice that."""
    results, longest = answer.document["results"], LIMITS["wall_s"] + OVERTIME
    late = [
        f"{result['submission']}: {case['name']} took {case['seconds']:.2f} s"
        for result in results
        for case in result["cases"]
        if case["seconds"] is not None and case["seconds"] > longest  # those of hidden cases are not told
    ]
    if answer.seconds > FIRST + 2 * longest * len(results):
        late.append(f"the answer took {answer.seconds:.2f} s")
    return late


Check = Callable[[World, Before, Answer], list[str]]
CHECKS: Mapping[str, Check] = {
    "processes": processes,
    "files": files,
    "cache": cache,
    "canaries": canaries,
    "breach": breach,
    "bystander": bystander,
    "listeners": listeners,
    "memory": memory,
    "time": time,
}


def harm(world: World, before: Before, answer: Answer) -> list[str]:
    """Everything that any check finds."""
    return [
        f"{name}: {sentence}" for name, check in CHECKS.items() for sentence in check(world, before, answer)
    ]
