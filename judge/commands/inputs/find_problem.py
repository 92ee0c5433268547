"""The problems of a root: which there are, and which one a path belongs to."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from judge.commands.parts.exit_code import did_you_mean
from judge.errors import UsageError
from judge.paths import find_root
from judge.problem.model import Problem

MOST_FILES = 200  # of a problem's folders, that are looked at for changes


def root_folder(given: Path | None) -> Path:
    """The folder that holds `problems/`: the one that was named, or the nearest at or above the current one.

    Raises:
        UsageError: there is none.
    """
    if given is None:
        root = find_root(Path.cwd())
        if root is None:
            raise UsageError(
                f"no problems/ folder in {Path.cwd()} or above it: change into the exercises' folder, "
                "or name it with --root"
            )
        return root
    if not (given / "problems").is_dir():
        raise UsageError(f"--root {given}: there is no problems/ folder in it")
    return given.absolute()


class Problems:
    """The problems under one root, each read when it is asked for."""

    def __init__(self, root: Path) -> None:
        from judge.problem.load import find_problems  # noqa: PLC0415 -- the YAML reader; completion needs it last

        self.root = root
        self.folders = {folder.name: folder for folder in find_problems(root)}
        self._read: dict[str, Problem] = {}
        self._names: dict[str, str | None] = {}

    def problem(self, name: str) -> Problem:
        """The problem of this id.

        Raises:
            UsageError: there is none. ProblemError: its files have faults.
        """
        if name not in self._read:
            from judge.commands.explain import names  # noqa: PLC0415 -- as above
            from judge.problem.load import load_problem  # noqa: PLC0415 -- as above

            self._read[name] = load_problem(self.root, self.folder(name), names())
        return self._read[name]

    def folder(self, name: str) -> Path:
        """The folder of the problem of this id, unread.

        Raises:
            UsageError: there is none.
        """
        if name not in self.folders:
            known = ", ".join(self.folders) or "none"
            near = did_you_mean(name, self.folders)
            raise UsageError(f"no problem {name} in {self.root / 'problems'}.{near} Known: {known}.")
        return self.folders[name]

    def name_for(self, path: Path | None) -> str:
        """The id of a file's problem: told by the nearest folder that is called like one, else the only one.

        Raises:
            UsageError: that can't be told.
        """
        name = None if path is None else self._named(os.path.dirname(os.path.abspath(path)))  # noqa: PTH100, PTH120 -- keeps links
        if name is not None:
            return name
        if len(self.folders) == 1:
            return next(iter(self.folders))
        if not self.folders:
            raise UsageError(f"there is no problem in {self.root / 'problems'}")
        what = "standard input" if path is None else str(path)
        raise UsageError(
            f"{what}: which problem is this for? Say --problem ID, or put it in submissions/ID/. "
            f"Known: {', '.join(self.folders)}."
        )

    def _named(self, folder: str) -> str | None:
        """The nearest of a folder and those around it that is called like a problem."""
        if folder not in self._names:  # asked for each file in it
            around = (Path(folder), *Path(folder).parents)
            self._names[folder] = next((one.name for one in around if one.name in self.folders), None)
        return self._names[folder]


class FreshProblems:
    """The problems under one root as their files are now, for who asks again and again. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = Lock()
        self._read: dict[str, tuple[tuple[object, ...], Problem]] = {}

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
