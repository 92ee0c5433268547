"""An exact memory limit for a worker's whole tree, where a cgroup v2 was delegated to the judge.

That is so under `systemd-run --user --scope -p Delegate=yes judge run …`, for example. Everywhere else `find`
gives None, and a watchdog does what it can. This was tried on imitations of the hierarchy only.
"""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
CONTROLLERS = ("memory", "pids")
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Group:
    """One worker's cgroup."""

    path: Path

    def limit(self, memory_mib: int, processes: int) -> None:
        """Set what all processes in it may use together.

        Raises:
            OSError: the kernel refuses.
        """
        self._write("memory.max", str(memory_mib * MIB))
        self._write("pids.max", str(processes))
        with contextlib.suppress(OSError):  # a kernel without swap has no such file
            self._write("memory.swap.max", "0")
        self._write("memory.oom.group", "1")

    def peak_mib(self) -> float:
        """The most memory that was in use, or what is now where the kernel keeps no peak; 0 if unknown."""
        for name in ("memory.peak", "memory.current"):
            with contextlib.suppress(OSError, ValueError):
                return int((self.path / name).read_text(encoding="ascii")) / MIB
        return 0.0

    def ran_out(self) -> bool:
        """Whether the kernel has killed something in it for want of memory."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = (self.path / "memory.events").read_text(encoding="ascii").splitlines()
            return any(int(line.split()[1]) > 0 for line in lines if line.startswith("oom_kill "))
        return False

    def remove(self) -> None:
        """Kill what is left in it, and give it back."""
        with contextlib.suppress(OSError):
            self._write("cgroup.kill", "1")
        with contextlib.suppress(OSError):
            self.path.rmdir()

    def _write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="ascii")


@dataclass(frozen=True, slots=True)
class Groups:
    """The judge's own part of the hierarchy, in which each worker gets a group."""

    path: Path

    def new(self) -> Group:
        """A group for one worker.

        Raises:
            OSError: the kernel refuses.
        """
        made = self.path / f"worker-{secrets.token_hex(8)}"
        made.mkdir()
        return Group(made)


def find(mount: Path = MOUNT, own: Path = OWN) -> Groups | None:
    """The cgroup that was delegated to this process alone, set up for workers; None where there is none."""
    try:
        folder = _own_folder(mount, own)
        if folder is None or not set(CONTROLLERS) <= set(_words(folder / "cgroup.controllers")):
            return None
        _make_room(folder)
        (folder / "cgroup.subtree_control").write_text(
            " ".join(f"+{name}" for name in CONTROLLERS), encoding="ascii"
        )
    except (OSError, ValueError):
        return None
    return Groups(folder)


def _own_folder(mount: Path, own: Path) -> Path | None:
    """Where this process stands in the unified hierarchy, None where it has no rights there."""
    lines = own.read_text(encoding="utf-8").splitlines()
    name = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), None)
    if name is None or name == "/" or not (mount / "cgroup.controllers").exists():
        return None
    folder = mount / name.strip("/")
    if folder.name == "judge":  # made room for already, by an earlier launcher of this process
        folder = folder.parent
    return folder if os.access(folder / "cgroup.subtree_control", os.W_OK) else None


def _make_room(folder: Path) -> None:
    """Move this process down: a group that has groups with limits below it must not have processes itself.

    Raises:
        OSError: there are processes of others, so this isn't the judge's alone.
    """
    there = {int(word) for word in _words(folder / "cgroup.procs")}
    if there - {os.getpid()}:
        raise OSError(f"{folder} has other processes, too")
    if there:
        below = folder / "judge"
        below.mkdir(exist_ok=True)
        (below / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def _words(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split()
