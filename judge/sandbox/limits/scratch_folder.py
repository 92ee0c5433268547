"""Scratch folders: one for each run, in it one for each worker; nothing stays, whoever is killed."""

import contextlib
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from judge.errors import SandboxFault
from judge.worker.remove_folder import remove_tree

PREFIX = "judge-run-"
LOCK = "lock"
OLD_SECONDS = 3600.0  # a folder isn't being made for so long
FALLBACKS = ("/tmp", "/var/tmp")  # noqa: S108 - where folders with random names are made, never files opened


class RunFolder:
    """The folder of one run. A lock in it shows that the run lives; those of dead runs are swept away.

    Raises:
        SandboxFault: no folder can be made.
    """

    def __init__(self) -> None:
        try:
            base = scratch_base()
            sweep(base)
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
            self._lock = _locked(self.path / LOCK)
            self.path.chmod(0o711)  # a worker that has become another user must get through, not look around
        except OSError as error:
            raise SandboxFault(f"no scratch folder can be made: {error}") from error

    def new(self) -> Path:
        """A folder for one worker."""
        return Path(tempfile.mkdtemp(prefix="worker-", dir=self.path))

    def remove(self) -> None:
        """End it; nothing of the run may be running any longer."""
        remove_tree(str(self.path))
        with contextlib.suppress(OSError):
            os.close(self._lock)


def _locked(path: Path) -> int:
    """A locked file; it gets its name once it is locked, so that no sweep takes it for a dead run's."""
    made = path.with_suffix(".new")
    lock = os.open(made, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    made.rename(path)
    return lock


def scratch_base() -> Path:
    """Where temporary folders are made; for root a place that other users can reach, too."""
    usual = Path(tempfile.gettempdir())
    if os.name != "posix" or os.geteuid() != 0:
        return usual
    candidates = (usual, *map(Path, FALLBACKS))
    return next((folder for folder in candidates if open_to_others(folder)), usual)


def open_to_others(folder: Path) -> bool:
    """Whether every user can pass through this folder."""
    try:
        resolved = folder.resolve(strict=True)
        return all(part.stat().st_mode & stat.S_IXOTH for part in (resolved, *resolved.parents))
    except OSError:
        return False


def sweep(base: Path) -> None:
    """Remove the folders of this user's runs that are no longer alive."""
    for folder in _own_runs(base):
        try:
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            if _is_old(folder):  # made by a run that was killed before it could lock it
                remove_tree(str(folder))
            continue  # being made, or somebody removes it already
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_tree(str(folder))
        except OSError:
            pass  # it lives
        finally:
            os.close(lock)


def _is_old(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return time.time() - folder.lstat().st_mtime > OLD_SECONDS
    return False


def _own_runs(base: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for entry in base.glob(f"{PREFIX}*"):
            status = entry.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
                yield entry
