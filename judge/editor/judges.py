"""A warm judge for each root, and the problems there as they are now."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from judge.commands.inputs.find_problem import Problems
from judge.problem.model import Problem
from judge.run.warm_judge import WarmJudge

Stamp = tuple[tuple[str, int, int], ...]
MOST_FILES = 200  # of a problem's folders, that are looked at for changes


class Room:
    """One root: its judge, started with this, and its problems.

    Args:
        say: takes what takes long; called in the judge's thread.
    """

    def __init__(self, root: Path, say: Callable[[str], None]) -> None:
        self.root = root
        self.judge = WarmJudge(root, say=say)
        self.is_used = False  # somebody has had an answer
        self._lock = Lock()
        self._read: dict[str, tuple[Stamp, Problem]] = {}

    def problem(self, name: str) -> Problem:
        """The problem of this id: read anew where its files have changed, and the same object where not.

        Raises:
            UsageError: there is none. ProblemError: its files have faults.
        """
        with self._lock:
            stamp = tuple(_files(self.root, name))
            kept = self._read.get(name)
            if kept is None or kept[0] != stamp:
                kept = self._read[name] = (stamp, Problems(self.root).problem(name))
            return kept[1]


class Judges:
    """The rooms that were asked for.

    Args:
        say: takes a root and a sentence about what takes long there; called in another thread.
    """

    def __init__(self, say: Callable[[Path, str], None]) -> None:
        self._say = say
        self._rooms: dict[Path, Room] = {}

    def room(self, root: Path) -> Room:
        """The one for a root; made when it is asked for first."""
        if root not in self._rooms:
            self._rooms[root] = Room(root, lambda said: self._say(root, said))
        return self._rooms[root]

    def close(self) -> None:
        """End all workers."""
        while self._rooms:
            self._rooms.popitem()[1].judge.close()


def _files(root: Path, name: str) -> Iterator[tuple[str, int, int]]:
    """Name, time and size of the files of a problem."""
    count = 0
    for folder in (root / "problems" / name, root / "reference" / name):
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                count += 1
                if count <= MOST_FILES and entry.is_file():
                    status = entry.stat()
                    yield entry.path, status.st_mtime_ns, status.st_size
