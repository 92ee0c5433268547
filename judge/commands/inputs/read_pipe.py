"""Read what can be read once only: a pipe (`<(cat step.py)`), a terminal, another device."""

import errno
import os
import select
import stat
from pathlib import Path

from judge.errors import UsageError

PATIENCE = 10.0  # seconds without a byte after which nobody seems to be at the other end


def read_once(path: Path, limit: int, patience: float = PATIENCE) -> bytes:
    """At most `limit` bytes of it.

    Raises:
        UsageError: it can't be opened or read, or nothing comes.
    """
    try:
        # Not blocking: opening a pipe would otherwise wait for somebody to write to it, for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise UsageError(f"{path}: {_why(path, error)}") from None
    try:
        return _all(descriptor, limit, patience)
    except TimeoutError:
        raise UsageError(
            f"{path}: nothing came for {patience:g} s; a pipe needs somebody who writes to it, then closes it"
        ) from None
    except OSError as error:
        raise UsageError(f"{path}: it can't be read: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _why(path: Path, error: OSError) -> str:
    if error.errno == errno.ENXIO and stat.S_ISSOCK(path.stat().st_mode):
        return "it is a socket; name a file, a folder, or a pipe"
    return f"it can't be opened: {error.strerror}"


def _all(descriptor: int, limit: int, patience: float) -> bytes:
    """What there is to be read until the end, or the limit.

    Raises:
        TimeoutError: nothing came for so long.
    """
    data = bytearray()
    while len(data) < limit:
        ready, _, _ = select.select([descriptor], [], [], patience)
        if not ready:
            raise TimeoutError
        try:
            part = os.read(descriptor, limit - len(data))
        except BlockingIOError:
            continue
        if not part:
            break
        data += part
    return bytes(data)
