"""Which folders Python itself needs, and which of them lead to sources elsewhere."""

import sys
import sysconfig
from functools import cache
from pathlib import Path

# Beside Python's own folders: shared libraries, time zones, and what says which processors there are.
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo",
    "/dev/urandom", "/dev/random", "/proc/cpuinfo", "/proc/meminfo",
    "/sys/devices/system/cpu", "/sys/devices/system/node",
)  # fmt: skip
LIBRARIES = ("lib", "lib64", "Lib", "local/lib")  # where an installation or virtual environment keeps modules


def own_path() -> list[str]:
    """The entries of `sys.path` that lie in this Python installation or virtual environment."""
    homes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    folders = [(Path(home) / name).resolve() for home in homes for name in LIBRARIES]
    return [
        entry
        for entry in sys.path
        if entry and any(Path(entry).resolve().is_relative_to(folder) for folder in folders)
    ]


def forget_checkouts() -> None:
    """Take off the import system what leads to sources elsewhere: editable installs and `.pth` entries."""
    sys.path[:] = own_path()
    sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in _module_of(finder)]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if "__editable__" not in _module_of(hook)]
    for name in [name for name in sys.modules if name.startswith("__editable__")]:
        del sys.modules[name]
    sys.path_importer_cache.clear()


def _module_of(finder: object) -> str:
    return str(getattr(finder, "__module__", "") or type(finder).__module__)


@cache
def python_files() -> tuple[str, ...]:
    """What every worker of this Python has to read; a zygote finds it once for all of them."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    libraries = str(Path(sys.base_exec_prefix) / "lib")
    folders = [*(sysconfig.get_path(name) for name in names), libraries, *own_path(), *SYSTEM]
    return tuple(path for path in dict.fromkeys(folders) if Path(path).exists())


def readable(cache_dir: str | None) -> list[str]:
    """Everything that a learner's worker may have to read, as far as it is there."""
    own = [cache_dir] if cache_dir is not None and Path(cache_dir).exists() else []
    return [*python_files(), *own]
