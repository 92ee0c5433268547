"""A problem's own programs, run by trusted workers; what they compile and what they give is kept on disk.

An entry is found under a key made of all that it depends on (judge.expected.cache_key), so a stale one is
never found. Entries stand in the judge's own cache folder, and no learner's worker is ever told where.
Compiled programs are for learners' workers to read, which may be at it: so they come there whole.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from judge.errors import ReferenceFault
from judge.evidence import CaseEvidence, Evidence
from judge.expected.cache_files import prune, read_checked, write_checked
from judge.expected.cache_key import compile_key, truth_key
from judge.problem.model import Case, Limits, Problem
from judge.sandbox.session import Sandbox
from judge.sandbox.talking.requests import CaseInput, Program

# Trusted code may take its time: the first run compiles every primitive.
TRUSTED_LIMITS = Limits(wall_s=300, cpu_s=600, total_s=3600, memory_mib=8192, output_kib=16384)
STAGE = ".stage-"  # begins the names of folders in which compiled programs wait until they are whole
SETTLED_SECONDS = 2.0  # since it was written: then an entry in somebody else's folder is whole
STALE_SECONDS = 24 * 3600.0  # then whoever made such a folder is gone


def compiled_folder(cache_dir: Path, versions: Mapping[str, str]) -> Path:
    """Where programs compiled by trusted code are kept."""
    return cache_dir / "compiled" / compile_key(versions)


class Trusted:
    """Runs what comes with a problem; one for a whole run. Thread-safe.

    Args:
        versions: of Python and the packages that workers run with.
        cache_dir: the judge's cache folder. note: says what takes long.
    """

    def __init__(
        self, sandbox: Sandbox, versions: Mapping[str, str], cache_dir: Path, note: Callable[[str], None]
    ) -> None:
        self.sandbox = sandbox
        self.versions = versions
        self.folder = cache_dir / "expected"
        self.compiled = compiled_folder(cache_dir, versions)
        self.note = note

    def keys(self, problem: Problem, cases: Sequence[Case]) -> dict[str, str]:
        """Name of a case → under which key what is true of it is kept.

        Raises:
            ReferenceFault: the reference's files can't be read.
        """
        try:
            return {case.name: truth_key(problem, case, self.versions) for case in cases}
        except OSError as error:
            raise ReferenceFault(f"the reference of {problem.id} can't be read: {error}") from error

    def program(self, problem: Problem, file: str, entry_point: str) -> Program:
        """One of the files in the reference's folder.

        Raises:
            ReferenceFault: it can't be read.
        """
        path = problem.reference / file
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ReferenceFault(f"{path} can't be read: {error}") from error
        return Program(
            name=file,
            source=source,
            entry_point=entry_point,
            parameters=tuple(parameter.name for parameter in problem.parameters),
            path=path,
            folder=problem.reference,
            cache_write=True,
        )

    def run(self, program: Program, asked: Sequence[CaseInput]) -> Evidence:
        """All cases in one trusted process: to it, none is hidden."""
        shown = [replace(one, hidden=False) for one in asked]
        with self.stage() as stage:
            evidence = self.sandbox.judge(replace(program, cache_dir=stage.folder), shown, TRUSTED_LIMITS)
            stage.whole = not any(one.stop for one in evidence.cases)
        return evidence

    def table(self, program: Program) -> tuple[str, ...]:
        """The names in its table of functions.

        Raises:
            SandboxFault: it can't be loaded.
        """
        return self.sandbox.table(program, TRUSTED_LIMITS)

    @property
    def variants(self) -> Path:
        """Where what variants of programs compile is kept, in a folder for each purpose."""
        return self.compiled.parents[1] / "variants" / self.compiled.name

    def can_keep(self) -> bool:
        """Whether programs that are compiled now are there the next time."""
        with suppress(OSError):  # a cache that can't be written only makes runs slower
            self.compiled.mkdir(parents=True, exist_ok=True)
        return os.access(self.compiled, os.W_OK)

    @contextmanager
    def stage(self) -> Iterator["Stage"]:
        """A folder with all that was compiled, for what is compiled now.

        JAX writes an entry in place: whoever reads it then would find a part of it, and what is ended over it
        leaves a part for good. So new ones come from here to the others when all is over.
        """
        stage = Stage()
        with suppress(OSError):  # without it, what is compiled now is compiled again another time
            if self.can_keep():
                stage.folder = _staged(self.compiled)
                self.share(stage.folder)
        try:
            yield stage
        finally:
            if stage.folder is not None:
                with suppress(OSError):
                    _publish(stage.folder, self.compiled, whole=stage.whole)
                shutil.rmtree(stage.folder, ignore_errors=True)

    def share(self, folder: Path) -> None:
        """Let a folder have all that was compiled elsewhere and is whole, if nobody writes to it just now."""
        with suppress(OSError):  # else it is compiled again
            share(folder, (self.compiled, *(self.variants.iterdir() if self.variants.is_dir() else ())))

    def stored(self, key: str) -> bytes | None:
        """What was kept under a key."""
        return read_checked(self._path(key))

    def keep(self, entries: Mapping[str, bytes]) -> None:
        """Keep entries under their keys, and the folders within their bounds."""
        for key, content in entries.items():
            write_checked(self._path(key), content)
        prune(self.folder)
        prune(self.compiled.parent)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


@dataclass(slots=True)
class Stage:
    """Where compiled programs wait; None where there is no such place.

    Attributes:
        whole: who writes them was not ended over it.
    """

    folder: Path | None = None
    whole: bool = False


def _staged(compiled: Path) -> Path:
    for path in compiled.parent.glob(f"{STAGE}*"):
        with suppress(OSError):  # another run may be at it, too
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=STAGE, dir=compiled.parent))
    for entry in compiled.iterdir():
        (folder / entry.name).symlink_to(entry)
    return folder


def share(folder: Path, others: Iterable[Path]) -> None:
    """Link into a folder what is whole in others: most of it are the same operations.

    Links whose entries are gone are removed, or an entry would be written to where they lead.
    """
    for entry in folder.iterdir():
        if entry.is_symlink() and not entry.exists():
            entry.unlink(missing_ok=True)
    for other in others:
        if other != folder and other.is_dir():
            _link(folder, other, time.time() - SETTLED_SECONDS)


def _link(folder: Path, other: Path, until: float) -> None:
    for entry in other.iterdir():
        with suppress(OSError):  # it is there, or gone
            if not entry.is_symlink() and entry.stat().st_mtime < until:
                (folder / entry.name).symlink_to(entry)


def _publish(stage: Path, compiled: Path, *, whole: bool) -> None:
    """Move what is new; the last that was written only where it is whole."""
    new = [(path.stat().st_mtime_ns, path) for path in stage.iterdir() if not path.is_symlink()]
    newest = max((written for written, _ in new), default=0)
    for written, path in new:
        if whole or written < newest:
            path.replace(compiled / path.name)


def why(one: CaseEvidence) -> str:
    """What kept a trusted program from giving something usable."""
    if one.exception is not None:
        line = f" (line {one.exception.line})" if one.exception.line else ""
        text = f": {one.exception.message}" if one.exception.message else ""
        return f"{one.exception.type}{text}{line}"
    if one.stop is not None:
        return one.stop.detail
    return "it gave something else"
