"""The paths of a command line → the files to judge."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from judge.commands.parts.exit_code import Failures, did_you_mean
from judge.errors import MissingExtra, NoSubmissionError, UsageError
from judge.paths import shown
from judge.run.notebook import SUFFIX as NOTEBOOK
from judge.run.notebook import check_readable

STDIN = "-"
SUFFIXES = (".py", NOTEBOOK)
_SKIPPED_FOLDERS = {"examples", "__pycache__"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file to judge, None for standard input; `name` is what reports call it."""

    name: str
    path: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The files in their order, and a sentence for everything that was passed over but looked like one."""

    files: tuple[Found, ...]
    refused: tuple[str, ...]


def collect(paths: Sequence[str], root: Path) -> Collected:
    """The files that `paths` stand for: in the order of the command line, then by path, each once.

    A file that is named is taken whatever it is called. A folder stands for its `*.py` and `*.ipynb` files,
    recursively, but for `examples` and `__pycache__` folders and names that begin with `.` or `_`; links
    in it that lead out of it are refused. No paths stand for `root`/submissions.

    Raises:
        UsageError: a path doesn't exist, or is a folder that can't be read.
        MissingExtra: a notebook is named, and what reads them isn't installed; those in folders are refused.
        NoSubmissionError: there isn't a single file.
    """
    failures = Failures()
    real = _Real()
    files: dict[str, Found] = {}
    refused: list[str] = []
    for given in paths or [os.fspath(root / "submissions")]:
        with failures.noted():
            for place, path in _files_of(given, refused, real):
                name = STDIN if path is None else shown(path, root)
                files.setdefault(place, Found(name=name, path=path))
    if not files and not failures.errors:
        failures.errors.append(_nothing_in(paths or [shown(root / "submissions", Path.cwd())]))
    failures.raise_all()
    return Collected(files=tuple(files.values()), refused=tuple(refused))


class _Real:
    """Where paths lead; the folder of many files is looked at once."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """The same as `os.path.realpath`."""
        if os.path.islink(path):  # noqa: PTH114 -- of thousands of files
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.join(self._folders[folder], name)  # noqa: PTH118 -- as above


def is_regular(path: str | Path) -> bool:
    """Whether this is a plain file; a pipe (`<(cat step.py)`) or a device isn't, nor what has just gone."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 -- of thousands of files
    except OSError:
        return False


def _files_of(given: str, refused: list[str], real: _Real) -> Iterator[tuple[str, Path | None]]:
    """Files, and where each is: in a folder where its link leads; one that is named, where it lies itself."""
    if given == STDIN:
        yield STDIN, None
        return
    if not given.strip():
        raise UsageError("a path is empty: name a file or a folder, or none at all for submissions/")
    path = Path(given)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise UsageError(_cannot_find(given, error)) from None
    if stat.S_ISDIR(mode):
        for found in _walk(path, refused, real):
            yield real(found), Path(found)
    else:
        if path.suffix == NOTEBOOK:
            check_readable()
        yield os.fspath(path.parent.resolve() / path.name), path


def _walk(folder: Path, refused: list[str], real: _Real) -> Iterator[str]:
    """The submissions in a folder, sorted; what can't be taken is told in `refused`."""
    inside = Path(os.path.realpath(folder))
    found: list[str] = []
    linked: set[str] = set()

    def unreadable(error: OSError) -> None:
        if error.filename == os.fspath(folder):
            raise UsageError(f"the folder {folder} can't be read: {error.strerror}")
        refused.append(f"the folder {error.filename} can't be read and is left out: {error.strerror}")

    for place, folders, names in os.walk(folder, onerror=unreadable):
        links = [name for name in folders if _wanted(name) and (Path(place) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if _wanted(name) and name not in links)
        refused += filter(None, (_refusal(Path(place) / name, inside) for name in sorted(links)))
        for name in sorted(name for name in names if name.endswith(SUFFIXES) and _wanted(name)):
            path = os.path.join(place, name)  # noqa: PTH118 -- of thousands of files
            if os.path.islink(path):  # noqa: PTH114 -- as above
                linked.add(path)
            refusal = (_refusal(Path(path), inside) if path in linked else None) or _unreadable(path)
            if refusal:
                refused.append(refusal)
            elif is_regular(path):
                found.append(path)
            else:
                refused.append(f"{Path(path)} is no plain file and is left out")
    own = {real(path) for path in found if path not in linked} if linked else set()
    for path in sorted(found, key=_parts):
        if path in linked and real(path) in own:
            refused.append(f"{Path(path)} is a link to {real(path)}, which is judged under that name")
        else:
            yield path


def _parts(path: str) -> list[str]:
    return path.split(os.sep)  # noqa: PTH206 -- of thousands of files


def _wanted(name: str) -> bool:
    return not name.startswith((".", "_")) and name not in _SKIPPED_FOLDERS


def _refusal(path: Path, inside: Path) -> str | None:
    """Why a link isn't followed; None for one that stays inside."""
    target = Path(os.path.realpath(path))
    if not target.exists():
        return f"{path} is a link to nothing and is left out"
    if not target.is_relative_to(inside):
        return f"{path} is a link that leads out of its folder and is left out; name it itself to judge it"
    return None


def _unreadable(path: str) -> str | None:
    """Why a notebook isn't judged; None where notebooks can be read."""
    try:
        if path.endswith(NOTEBOOK):
            check_readable()
    except MissingExtra as error:
        return f"{Path(path)} is left out: {error}"
    return None


def _cannot_find(given: str, error: OSError | ValueError) -> str:
    if not isinstance(error, FileNotFoundError):
        return f"{given}: {getattr(error, 'strerror', None) or error}"
    path = Path(given)
    parent = next(folder for folder in path.parents if folder.exists())
    missing = path.relative_to(parent).parts[0]
    try:
        near = did_you_mean(missing, sorted(entry.name for entry in parent.iterdir()))
    except OSError:
        near = ""
    return f"{given} doesn't exist: there is no {missing} in {parent.absolute()}.{near}"


def _nothing_in(paths: Sequence[str]) -> NoSubmissionError:
    return NoSubmissionError(
        f"no submission found in {', '.join(paths)}: a folder stands for its *.py and *.ipynb files, "
        "without examples/ and names that begin with . or _; a file named itself is always taken"
    )
