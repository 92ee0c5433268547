"""What a worker's tree of processes uses, seen from outside."""

import contextlib
import itertools
import math
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import psutil

from judge.sandbox.limits.deleted_files import count_deleted_files
from judge.sandbox.limits.process_usage import MIB, Seen, measure, private_mib, proportional_mib, read_proc
from judge.sandbox.starting.cgroup import Group

CHILDREN_SECONDS = 0.25  # finding children reads the whole process table: not at every look
SCRATCH_SECONDS = 0.25  # nor the scratch folder, but for once when an answer is there
SHARED_SECONDS = 0.25  # nor to find out which memory several processes share
FRESH_SECONDS = 0.02  # how old a reading may be that is good enough while a worker talks
SCRATCH_FILES = 2000  # as many are counted; more than that are too many anyway
NEVER = -1
SETTLED_NS = 50_000_000  # more than two ticks of the clock that files are stamped by


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Figures of a tree.

    Attributes:
        cpu_seconds: so far. peak_mib: highest memory seen. processes: now, threads included.
        files: in the scratch folder. files_mib: what they hold. unnamed: deleted ones, still open or mapped.
        closed: folders in there that can't be looked into, or lie too deep; at the first one counting ends.
    """

    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    processes: int = 0
    files: int = 0
    files_mib: float = 0.0
    unnamed: int = 0
    closed: int = 0

    def since(self, before: "Usage") -> "Usage":
        """CPU time since an earlier reading; everything else is of the whole life."""
        return replace(self, cpu_seconds=max(self.cpu_seconds - before.cpu_seconds, 0.0))


class Scratch(NamedTuple):
    """What is in a scratch folder: files and folders, MiB, and folders that can't be looked into."""

    files: int = 0
    mib: float = 0.0
    closed: int = 0


class UsageMeter:
    """Reads the tree of one worker, and its scratch folder.

    Args:
        pid: the topmost process. supervised: that one isn't the worker, but stands above it.
        group: the worker's cgroup, which knows its memory better than any sum does.
    """

    def __init__(
        self,
        pid: int,
        scratch: Path | None = None,
        *,
        supervised: bool = False,
        group: Group | None = None,
    ) -> None:
        self._group = group
        self._root = psutil.Process(pid) if psutil.pid_exists(pid) else None
        self._scratch = scratch
        self._supervised = supervised
        self._children: list[psutil.Process] = []
        self._looked = self._scanned = self._read = self._weighed = -CHILDREN_SECONDS
        self._gone = 0.0  # CPU seconds of processes that ended, as last seen
        self._seen: dict[int, Seen] = {}
        self._inside, self._unnamed = Scratch(), 0
        self._untouched = _stamps(scratch)[0]
        self._empty_since = NEVER
        self._usage = Usage()

    def read(
        self, *, memory_limit: float = math.inf, process_limit: float = math.inf, fresh: bool = True
    ) -> Usage:
        """The figures now.

        Args:
            memory_limit: in MiB; beyond it, what processes share is found out at every look.
            process_limit: where there are more processes, they are only counted: all else takes too long.
            fresh: as of now, so that what is found doesn't hang on when was looked last; otherwise those of a
                moment ago will do.
        """
        now = time.monotonic()
        if self._root is None or (not fresh and now - self._read < FRESH_SECONDS):
            return self._usage
        self._read = now
        unborn = self._supervised and not self._children  # the worker: it may be forked at any moment
        if unborn or now - self._looked > CHILDREN_SECONDS:
            self._look_for_children(self._root)
        if len(self._children) > process_limit:
            return replace(self._usage, processes=len(self._children))
        if self._scratch is not None and (fresh or now - self._scanned > SCRATCH_SECONDS):
            self._look_into(self._scratch, (self._root, *self._children))
            self._scanned = now
        self._measure_all(self._root)
        workers = {pid: seen for pid, seen in self._seen.items() if not self._above(pid)}
        memory = self._group.peak_mib() if self._group is not None else 0.0
        memory = memory or self._watched(workers, memory_limit)
        self._usage = Usage(
            cpu_seconds=max(self._cpu_seconds(), self._usage.cpu_seconds),
            peak_mib=max(memory, self._usage.peak_mib),
            processes=sum(seen.threads for seen in workers.values()),
            files=self._inside.files,
            files_mib=self._inside.mib,
            unnamed=self._unnamed,
            closed=self._inside.closed,
        )
        return self._usage

    def _look_into(self, folder: Path, everybody: Iterable[psutil.Process]) -> None:
        """What is in the scratch folder: nothing, as nearly always, where it was empty and is as it was then.

        That nothing was changed is told by the time that no program can set (ctime), once it lies back so far
        that a later change can't have the same.
        """
        modified, changed = _stamps(folder)
        is_untouched = modified == self._untouched  # as by nearly all programs
        if is_untouched and changed == self._empty_since != NEVER:
            return
        asked = time.time_ns()
        self._inside = count_files(folder)
        is_empty = self._inside == Scratch() and asked - changed > SETTLED_NS
        self._empty_since = changed if is_empty else NEVER
        if not is_untouched:
            self._unnamed = count_deleted_files([process.pid for process in everybody], folder)

    def _watched(self, workers: Mapping[int, Seen], limit: float) -> float:
        """Memory of all of them, in MiB, what they share counted once; 0 where that can wait a moment."""
        if len(workers) < 2:  # noqa: PLR2004 - nobody to share with
            return sum(seen.resident for seen in workers.values())
        largest = max(workers, key=lambda pid: workers[pid].resident)
        others = (process for process in self._children if process.pid in workers and process.pid != largest)
        most = workers[largest].resident + sum(private_mib(process) for process in others)
        if most <= self._usage.peak_mib:
            return 0.0
        now = time.monotonic()
        if most <= limit and now - self._weighed < SHARED_SECONDS:
            return 0.0
        self._weighed = now
        return min(most, self._proportional())

    def _above(self, pid: int) -> bool:
        return self._supervised and self._root is not None and pid == self._root.pid

    def _cpu_seconds(self) -> float:
        """Of all that run, and of those that ended: as their parents were told, or else as last seen."""
        waited = sum(seen.waited for seen in self._seen.values())
        return sum(seen.own for seen in self._seen.values()) + max(waited, self._gone)

    def _look_for_children(self, root: psutil.Process) -> None:
        self._looked = time.monotonic()
        known = {process.pid: process for process in self._children}
        try:
            listed = descendants(root.pid)
            self._children = [known.get(pid) or psutil.Process(pid) for pid in listed]
        except (OSError, psutil.NoSuchProcess):  # no such lists here, or something ended just now
            self._children = _from_process_table(root)

    def _measure_all(self, root: psutil.Process) -> None:
        now = {process.pid: seen for process in self._children if (seen := measure(process))}
        if root.pid in self._seen and self._supervised and self._looked < self._read:
            now[root.pid] = self._seen[root.pid]  # it only waits: what it has reaped can wait, too
        elif seen := measure(root):
            now[root.pid] = seen
        self._gone += sum(seen.own for pid, seen in self._seen.items() if pid not in now)
        self._seen = now

    def _proportional(self) -> float:
        """Memory in MiB, each page divided by those who share it; infinite where the system doesn't say."""
        total = 0.0
        own = [] if self._supervised or self._root is None else [self._root]
        for process in (*own, *self._children):
            try:
                total += proportional_mib(process)
            except psutil.NoSuchProcess:
                continue
            except (psutil.Error, AttributeError):
                return math.inf
        return total


def descendants(pid: int) -> list[int]:
    """All processes below this one, by the lists that Linux keeps of each thread's children.

    The process table says the same, but reading it takes milliseconds, many times for each submission.

    Raises:
        OSError: there are no such lists, or a process ended meanwhile.
    """
    found: list[int] = []
    for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names are all that is wanted
        # Each number ends with a blank: one that is cut off is left out.
        whole = read_proc(f"/proc/{pid}/task/{thread}/children").rpartition(b" ")[0]
        for child in map(int, whole.split()):
            found += [child, *descendants(child)]
    return found


def _from_process_table(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.Error:
        return []


def _stamps(folder: Path | None) -> tuple[int, int]:
    """When a name was last made or removed in this folder, and when anything of it was changed, in ns."""
    with contextlib.suppress(OSError):
        if folder is not None:
            found = os.stat(folder)  # noqa: PTH116 - Path's costs as much again
            return found.st_mtime_ns, found.st_ctime_ns
    return NEVER, NEVER


def count_files(folder: Path) -> Scratch:
    """What is below this folder; counting ends at many, and at the first folder that can't be looked into."""
    count, size = 0, 0
    open_folders = [str(folder)]
    while open_folders and count < SCRATCH_FILES:
        try:
            with os.scandir(open_folders.pop()) as entries:
                for entry in itertools.islice(entries, SCRATCH_FILES - count):
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        open_folders.append(entry.path)
                    else:
                        size += _blocks(entry) * 512
        except (FileNotFoundError, NotADirectoryError):  # it is gone
            continue
        except OSError:
            return Scratch(count, size / MIB, closed=1)
    return Scratch(count, size / MIB)


def _blocks(file: os.DirEntry[str]) -> int:
    """What a file holds, in blocks of 512 bytes; nothing when it is gone meanwhile."""
    try:
        return file.stat(follow_symlinks=False).st_blocks
    except FileNotFoundError:
        return 0
