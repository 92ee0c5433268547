"""Root no more: an unused user without capabilities, who can still read what has to be read."""

import ctypes
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ..supervise import die_with

PR_CAPBSET_DROP = 24  # <linux/prctl.h>
CAPABILITIES = 64  # two words of 32, more than any kernel knows
CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
# <linux/capability.h>: chown, dac_override, fowner, kill, setgid, setuid. The judge has to look into the
# folders of that other user, to remove what is in them and to end its processes.
NEEDED_CAPABILITIES = (0, 1, 3, 5, 6, 7)
CLONE_NEWNS = 0x20000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
FIRST_USER = 2_000_000_000  # above what systemd, containers and directories give out
FIRST_MAPPED_USER, MAPPED_USERS = 30_000, 30_000  # where a container has 65536 users only

_libc = ctypes.CDLL(None, use_errno=True)


def hidden_from_others(paths: Iterable[str]) -> dict[str, list[str]]:
    """Folder that other users can't enter → the paths below it, of those given."""
    found: dict[str, list[str]] = {}
    for path in paths:
        resolved = Path(path).resolve()
        closed = [folder for folder in reversed(resolved.parents) if not _may_enter(folder)]
        if closed:
            found.setdefault(str(closed[0]), []).append(str(resolved))
    return found


def _may_enter(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def reveal(hidden: dict[str, list[str]]) -> None:
    """In a mount namespace of its own: replace each closed folder by one that has only these paths.

    Raises:
        OSError: this process may not mount.
    """
    _check(_libc.unshare(CLONE_NEWNS), "unshare")
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    for folder, paths in hidden.items():
        opened = {path: os.open(path, os.O_PATH) for path in _outermost(paths)}
        _mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k")
        for path, descriptor in opened.items():
            _put(path, descriptor)
            os.close(descriptor)
        _mount(None, folder, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)


def _outermost(paths: list[str]) -> list[str]:
    """Without those that lie below another one."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(Path(path).is_relative_to(outer) for outer in kept):
            kept.append(path)
    return kept


def _put(path: str, descriptor: int) -> None:
    """Show what the descriptor stands for under its old name, for reading."""
    target = Path(path)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        target.mkdir(parents=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(f"/proc/self/fd/{descriptor}", path, None, MS_BIND)
    _mount(None, path, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, options)]
    _check(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]), f"mount on {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def unused_user() -> int:
    """A user and group id that nobody has: one for each process, so that limits and signals don't mix."""
    with suppress(OSError, ValueError):
        first, _, count = map(int, Path("/proc/self/uid_map").read_text(encoding="ascii").split()[:3])
        if first == 0 and count > FIRST_USER + (1 << 22):
            return FIRST_USER + os.getpid()
    return FIRST_MAPPED_USER + os.getpid() % MAPPED_USERS


def may_change_user() -> bool:
    """Whether this process is root with the capabilities that it takes to run, watch and end another user."""
    if os.geteuid() != 0:
        return False
    with suppress(OSError, ValueError):
        lines = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace").splitlines()
        held = int(next(line for line in lines if line.startswith("CapEff:")).split()[1], 16)
        return all(held >> number & 1 for number in NEEDED_CAPABILITIES)
    return False


def drop_privileges(needed: Iterable[str], scratch: str) -> bool:
    """Become an unused user, if this is root, and give up every capability; whether the user changed.

    Where root may not deal with other users' processes and files, or these can't reach what is needed and
    this process may not mount, it stays root, without capabilities: one that can't import is of no use.

    Args:
        needed: paths to be read later on.
    """
    parent = os.getppid()
    changed = may_change_user() and _reachable([*needed, scratch])
    if changed:
        user = unused_user()
        os.chown(scratch, user, user)
    for capability in range(CAPABILITIES):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails for those that this kernel doesn't know
    if changed:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _drop_capabilities()
    die_with(parent)  # a change of user undid it
    return changed


def _reachable(paths: list[str]) -> bool:
    """Whether others can read these paths, if need be after some mounting."""
    hidden = hidden_from_others(paths)
    try:
        if hidden:
            reveal(hidden)
    except OSError:
        return False
    return True


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, nothing), "capset")
