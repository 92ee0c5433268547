"""Files of a cache: written whole or not at all, checked when read, bounded in all."""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

DIGEST_BYTES = hashlib.sha256().digest_size
CACHE_MIB = 512  # of one cache folder; the entries that were not used for longest go first


def read_checked(path: Path) -> bytes | None:
    """What `write_checked` wrote, None when there is nothing, or it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, content = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # used just now
    return content


def write_checked(path: Path, content: bytes) -> None:
    """Write an entry whole or not at all; a cache that can't be written only makes runs slower."""
    with contextlib.suppress(OSError):
        write_whole(path, hashlib.sha256(content).digest() + content)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see all of it or nothing, making its folders.

    Raises:
        OSError: it can't be written; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def files_in(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """All files of a folder, but links; others may add and remove some meanwhile."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with contextlib.suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode):
                    yield path, status


def prune(folder: Path, limit_mib: float = CACHE_MIB) -> None:
    """Remove the files not used for longest until the folder is within its limit."""
    files = [(status.st_mtime, status.st_size, path) for path, status in files_in(folder)]
    excess = sum(size for _, size, _ in files) - limit_mib * 1024 * 1024
    for _, size, path in sorted(files):
        if excess <= 0:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            excess -= size
