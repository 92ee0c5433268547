"""What a worker's tree of processes uses, seen from outside."""

import time
from dataclasses import dataclass

import psutil

MIB = 1024 * 1024
CHILDREN_SECONDS = 0.25  # finding children reads the whole process table: not at every look


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """CPU seconds of the tree so far, and the highest resident memory seen, in MiB."""

    cpu_seconds: float = 0.0
    peak_mib: float = 0.0

    def since(self, before: "Usage") -> "Usage":
        """CPU time since an earlier reading; the peak is that of the whole life."""
        return Usage(cpu_seconds=max(self.cpu_seconds - before.cpu_seconds, 0.0), peak_mib=self.peak_mib)


class UsageMeter:
    """Reads one tree. Processes that ended count with what was last seen of them."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid) if psutil.pid_exists(pid) else None
        self._children: list[psutil.Process] = []
        self._looked = time.monotonic()
        self._cpu: dict[int, float] = {}
        self._peak = 0.0

    def read(self) -> Usage:
        """The figures now."""
        if self._root is None:
            return Usage()
        if time.monotonic() - self._looked > CHILDREN_SECONDS:
            self._look_for_children(self._root)
        self._peak = max(self._peak, sum(self._measure(process) for process in (self._root, *self._children)))
        return Usage(cpu_seconds=sum(self._cpu.values()), peak_mib=self._peak)

    def _look_for_children(self, root: psutil.Process) -> None:
        self._looked = time.monotonic()
        try:
            self._children = root.children(recursive=True)
        except psutil.Error:
            self._children = []

    def _measure(self, process: psutil.Process) -> float:
        """Note the CPU time of one process; its resident memory in MiB, 0 when it is gone."""
        try:
            with process.oneshot():
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
                return float(process.memory_info().rss) / MIB
        except psutil.Error:
            return 0.0
