"""Files of a scratch folder that have lost their name, and still hold their space: open or mapped ones."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

DELETED = b" (deleted)"
INODE = 4  # which field of a line of /proc/PID/maps it is: proc_pid_maps(5)


def count_unnamed(pids: Iterable[int], folder: Path) -> int:
    """How many deleted files of this folder the processes hold open or mapped.

    No more than a number: how large a file is that is only mapped, the system doesn't say.
    """
    return len({inode for pid in pids for inode in (*_mapped(pid, folder), *_open(pid, folder))})


def _of(folder: Path, name: bytes) -> bool:
    return name.endswith(DELETED) and os.fsencode(folder) in name


def _mapped(pid: int, folder: Path) -> Iterator[int]:
    """The inode of each mapping; none of a process that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/maps").read_bytes().splitlines():
            if _of(folder, line):
                yield int(line.split()[INODE])


def _open(pid: int, folder: Path) -> Iterator[int]:
    """The inode of each descriptor; none of a process that has ended."""
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as descriptors:
        for entry in descriptors:
            with contextlib.suppress(OSError):
                if _of(folder, os.readlink(os.fsencode(entry.path))):  # noqa: PTH115 - names may be no text
                    yield entry.stat().st_ino
