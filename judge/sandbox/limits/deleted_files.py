"""Files of a scratch folder that have lost their name, and still hold their space: open or mapped ones."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from judge.sandbox.limits.process_usage import surviving

DELETED = b" (deleted)"
INODE = 4  # which field of a line of /proc/PID/maps it is: proc_pid_maps(5)


def count_deleted_files(pids: Iterable[int], folder: Path) -> int:
    """How many deleted files of this folder the processes hold open or mapped.

    No more than a number: how large a file is that is only mapped, the system doesn't say.
    """
    found: set[int] = set()
    for pid in pids:
        found.update(_mapped(surviving(pid) or f"/proc/{pid}", folder))
        for task in _tasks(pid):
            found.update(_open(task, folder))
    return len(found)


def _tasks(pid: int) -> list[str]:
    """Where /proc tells of each thread: one may have descriptors of its own."""
    with contextlib.suppress(OSError):
        return [f"/proc/{pid}/task/{task}" for task in os.listdir(f"/proc/{pid}/task")]  # noqa: PTH208 - names are all that is wanted
    return []


def _of(folder: Path, name: bytes) -> bool:
    return name.endswith(DELETED) and os.fsencode(folder) in name


def _mapped(task: str, folder: Path) -> Iterator[int]:
    """The inode of each mapping; none of a thread that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"{task}/maps").read_bytes().splitlines():
            if _of(folder, line):
                yield int(line.split()[INODE])


def _open(task: str, folder: Path) -> Iterator[int]:
    """The inode of each descriptor; none of a thread that has ended."""
    with contextlib.suppress(OSError), os.scandir(f"{task}/fd") as descriptors:
        for entry in descriptors:
            with contextlib.suppress(OSError):
                if _of(folder, os.readlink(os.fsencode(entry.path))):  # noqa: PTH115 - names may be no text
                    yield entry.stat().st_ino
