"""Whether a run is still going on, or its process is gone."""

import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

BEAT_SECONDS = 15.0
STALE_SECONDS = 90.0  # without a heartbeat, where its process can't be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The process of a run.

    Attributes:
        place: the machine and what process ids mean on it: they can be compared where it is the same.
        pid_started: seconds since 1970, so that a later process of this id isn't taken for it.
    """

    place: str
    pid: int
    pid_started: float

    def is_gone(self, heartbeat: float, now: float) -> bool:
        """Whether nothing more will come of it.

        Args:
            heartbeat: when it last said that it is there.
        """
        if self.place != place():
            return now - heartbeat > STALE_SECONDS
        try:
            return abs(psutil.Process(self.pid).create_time() - self.pid_started) > 1.0
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return now - heartbeat > STALE_SECONDS


def this_process() -> Owner:
    """The process that asks."""
    return Owner(place=place(), pid=os.getpid(), pid_started=psutil.Process().create_time())


def place() -> str:
    """The machine since it was started, and the namespace of process ids: a container has its own."""
    parts = [platform.node()]
    for path in (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")):
        with suppress(OSError):
            parts.append(
                str(path.readlink()) if path.is_symlink() else path.read_text(encoding="ascii").strip()
            )
    return " ".join(parts)


def now() -> float:
    """Seconds since 1970."""
    return time.time()
