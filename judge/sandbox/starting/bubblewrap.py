"""The command line of the tier `namespaces`: a worker that sees nothing but what is named here."""

import shutil
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from judge.sandbox.starting.launch import Wrap
from judge.sandbox.starting.numeric_settings import worker_environment
from judge.sandbox.starting.zygote import WORKER_FOLDER, worker_command

CHANNEL = "3"  # the descriptor that a zygote's child has its channel on
ISOLATION = (
    "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--cap-drop", "ALL",
    "--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--clearenv", "--proc", "/proc",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/random", "/dev/urandom")
# Beside Python's own files: shared libraries, time zones, and what says which processors there are.
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo",
    "/sys/devices/system/cpu", "/sys/devices/system/node",
)  # fmt: skip


def program() -> str | None:
    """Where bubblewrap is installed, None where it isn't."""
    return shutil.which("bwrap")


def trial(bwrap: str) -> list[str]:
    """A command that succeeds where these namespaces can be had."""
    return [bwrap, *ISOLATION, "--ro-bind", "/", "/", "--proc", "/proc", bwrap, "--version"]


def wrapper(bwrap: str) -> Wrap:
    """Makes the command of one worker, from its scratch folder and what else it has to read."""
    shown = [bwrap, *ISOLATION, *_environment(), *_mounts(python_files())]

    def wrap(scratch: Path, readable: Sequence[Path]) -> list[str]:
        folder = str(scratch)
        own = ["--bind", folder, folder, "--setenv", "HOME", folder, "--setenv", "TMPDIR", folder]
        worker = worker_command("worker", CHANNEL, folder)
        extra = _mounts([str(path) for path in readable])
        return [*shown, *extra, *own, "--remount-ro", "/", "--chdir", folder, "--", *worker]

    return wrap


def python_files() -> list[str]:
    """This Python, its modules, and the worker's own folder."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    modules = [sysconfig.get_path(name) for name in names]
    # A virtual environment's interpreter is a link, often to a link, to the one that it was made from.
    links = [Path(sys.executable)]
    while links[-1].is_symlink():
        links.append(links[-1].parent / links[-1].readlink())
    base = Path(sys.base_exec_prefix)
    settings = Path(sys.prefix) / "pyvenv.cfg"
    return [*map(str, links), *modules, str(base / "lib"), str(settings), str(WORKER_FOLDER), *SYSTEM]


def _environment() -> list[str]:
    return [word for name, value in worker_environment().items() for word in ("--setenv", name, value)]


def _mounts(paths: Sequence[str]) -> list[str]:
    devices = [word for path in DEVICES for word in ("--dev-bind", path, path)]
    return [*devices, *(word for path in dict.fromkeys(paths) for word in ("--ro-bind-try", path, path))]
