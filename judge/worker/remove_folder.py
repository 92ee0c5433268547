"""Remove a folder that learners' code has written to, whatever it left there.

Known on both sides of the wall; it imports only the standard library.
"""

import os
import stat
from contextlib import suppress

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def remove_tree(path: str) -> bool:
    """Remove a folder and all that is in it; whether it is gone.

    Links aren't followed, depth is no matter, and folders without permissions are no obstacle to their owner.
    Nothing may write to it any longer.
    """
    with suppress(OSError):
        _empty(_open(path))
        os.rmdir(path)  # noqa: PTH106 - no objects on the way: this runs in a fork that should end soon
    return not os.path.lexists(path)


def _open(name: str, folder: int | None = None) -> int:
    """Open a folder for reading, if need be after giving its owner the right to."""
    try:
        return os.open(name, FOLDER, dir_fd=folder)
    except PermissionError:
        os.chmod(name, stat.S_IRWXU, dir_fd=folder)
        return os.open(name, FOLDER, dir_fd=folder)


def _empty(current: int) -> None:
    """Remove everything below this descriptor, and close it; one descriptor is open at a time."""
    names: list[str] = []
    try:
        while True:
            inner = _remove_files(current)
            if inner is not None:
                lower = _open(inner, current)
                names.append(inner)
            elif names:
                lower = os.open("..", FOLDER, dir_fd=current)
                os.rmdir(names.pop(), dir_fd=lower)
            else:
                return
            os.close(current)
            current = lower
    finally:
        os.close(current)


def _remove_files(folder: int) -> str | None:
    """Remove all but folders; the name of the first folder, None when there is none."""
    os.fchmod(folder, stat.S_IRWXU)
    while True:
        removed = 0
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    return entry.name
                os.unlink(entry.name, dir_fd=folder)
                removed += 1
        if not removed:  # a scan may miss what moves while it goes on
            return None
