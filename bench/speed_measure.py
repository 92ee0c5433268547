"""Programs run one at a time and measured from outside; what several measurements come to. See speed.py."""

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from judge.errors import HarnessError

TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one program took.

    Attributes:
        wall: seconds. cpu: of the whole tree, seconds. own: of the process itself, without children.
        peak_mib: the most that it ever had resident, without children; 0 where that wasn't watched.
    """

    wall: float
    cpu: float
    own: float
    peak_mib: float = 0.0


def taken(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, *, memory: bool = False
) -> Taken:
    """Run a program to its end, and measure it.

    Raises:
        HarnessError: it failed, so that its figures would mean nothing.
    """
    said = folder / "said"
    with said.open("wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr
        )
        highest = [0.0]
        if memory:
            threading.Thread(target=_watch, args=(process.pid, highest), daemon=True).start()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays, so that it can be looked at
        wall = time.perf_counter() - began
        own = own_cpu(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        words = said.read_text(encoding="utf-8", errors="replace")[-1500:]
        raise HarnessError(f"{' '.join(command)} gave exit code {process.returncode}: {words}")
    return Taken(wall=wall, cpu=usage.ru_utime + usage.ru_stime, own=own, peak_mib=highest[0])


def own_cpu(pid: int) -> float:
    """Seconds of CPU time that a process has used, all its threads, no children."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _watch(pid: int, highest: list[float]) -> None:
    """Note the most that a process had resident, until it is gone."""
    with suppress(OSError, StopIteration):
        while True:
            highest[0] = kib(Path(f"/proc/{pid}/status"), "VmHWM:") / 1024
            time.sleep(SAMPLE_SECONDS)


def kib(path: Path, key: str) -> int:
    """The number of KiB behind a key in one of /proc's files.

    Raises:
        OSError, StopIteration: it isn't there.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Several measurements of one thing: how many, median and quartiles."""

    n: int
    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """What they come to; of two or fewer the quartiles are the ends."""
    low, high = min(values), max(values)
    if len(values) > 2:
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(n=len(values), median=statistics.median(values), low=low, high=high)
