"""Where things are: the root of the exercises, cache and state, and what is installed from where."""

import errno
import os
import shlex
import sys
from pathlib import Path

DISTRIBUTION = "numerics-judge"  # on the package index; command and package are called `judge`
# Extras that no one needs who has no server or no cluster: what they bring.
NOT_BY_MAKE = {"postgres": "'psycopg[binary]'", "cluster": "distributed cryptography"}
CHECKOUT = Path(__file__).parents[1]


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds `problems/`, None when there is none."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / "problems").is_dir()), None)


def cache_dir() -> Path:
    """The folder of everything that can be computed again; it may not exist yet.

    `$XDG_CACHE_HOME/judge`, or `~/.cache/judge` where the variable is unset or, as its specification
    says, is to be ignored because it isn't absolute.

    Raises:
        OSError: this user has no home directory, and the variable doesn't say otherwise.
    """
    return _own_folder("XDG_CACHE_HOME", Path(".cache"), "the cache")


def state_dir() -> Path:
    """The folder of what a learner has done so far; it may not exist yet.

    `$XDG_STATE_HOME/judge`, or `~/.local/state/judge`, as with `cache_dir`.

    Raises:
        OSError: this user has no home directory, and the variable doesn't say otherwise.
    """
    return _own_folder("XDG_STATE_HOME", Path(".local/state"), "what you have done")


def _own_folder(variable: str, below_home: Path, purpose: str) -> Path:
    base = Path(os.environ.get(variable, ""))
    if base.is_absolute():
        return base / "judge"
    try:
        return Path.home() / below_home / "judge"
    except RuntimeError as error:
        raise OSError(f"this user has no home directory; set {variable} to a folder for {purpose}") from error


def install_advice(extra: str, checkout: Path = CHECKOUT) -> str:
    """What to type so that an optional part of the judge is there: in a checkout make does it, else pip."""
    if extra in NOT_BY_MAKE:
        return f"{shlex.quote(sys.executable)} -m pip install {NOT_BY_MAKE[extra]}"
    if (checkout / "Makefile").is_file() and (checkout / "pyproject.toml").is_file():
        return f"make -C {shlex.quote(str(checkout))} {'run' if extra == 'jax' else 'setup'}"
    return f"pip install '{DISTRIBUTION}[{extra}]'"


def shown(path: Path, root: Path) -> str:
    """`path` as reports name it: relative to `root` with `/` where it lies under it, otherwise as given.

    Links are not followed, except those that lead to the root itself.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 -- resolve() would follow the file's own link
    below = _below(absolute, os.fspath(root.absolute()))
    if below is None:
        folder, name = os.path.split(absolute)
        below = _below(os.path.join(os.path.realpath(folder), name), os.path.realpath(root))  # noqa: PTH118 -- as above
    return os.fspath(path) if below is None else below.replace(os.sep, "/")


def _below(path: str, folder: str) -> str | None:
    """Where `path` lies in `folder`, of two absolute paths; None where it lies elsewhere."""
    if path == folder:
        return "."
    start = folder.rstrip(os.sep) + os.sep
    return path[len(start) :] if path.startswith(start) else None


def make_folder(folder: Path) -> None:
    """Make a folder and those around it, where they aren't there yet.

    Raises:
        NotADirectoryError: one of them is there and is no folder. OSError: it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(folder)) from None
