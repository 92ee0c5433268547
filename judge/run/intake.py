"""What is to be judged: jobs, and a submission's file → text, or the fact why it can't be read."""

import codecs
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from judge.cells import Cells
from judge.evidence import LoadFault, Submission
from judge.problem.model import CaseTemplate, Problem
from judge.run.notebook import NOTEBOOK_BYTES, SUFFIX, NotANotebook, notebook_code

SOURCE_BYTES = 1 << 20  # what a submission's code may have
STDIN = "-"  # the name of what has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One submission to judge.

    Attributes:
        name: what reports call it: relative to the root with `/` where it lies under it, otherwise as given.
        path: the file; None when `source` holds the bytes (standard input).
        extra: further cases, from `--extra-cases`.
        unreadable: why the file can't be read, where that was found out elsewhere.
        cells: of a session, of which `source` was put together.
    """

    name: str
    problem: Problem
    path: Path | None = None
    source: bytes | None = None
    extra: tuple[CaseTemplate, ...] = ()
    unreadable: str | None = None
    cells: Cells = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What `judge run` was asked for, all paths and problems resolved.

    Attributes:
        case_names: only these cases; empty for all. workers: submissions judged at once.
        isolation: "auto" or a tier. require_isolation: the least tier that may grade, None for any.
        want_flow: what was read of each program is kept, with how large its values are.
        require_flow: a program whose numbers pass and that could not be read is a `pitfall`.
    """

    root: Path
    jobs: tuple[Job, ...]
    case_names: tuple[str, ...] = ()
    entropy: int = 0
    workers: int = 1
    isolation: str = "auto"
    require_isolation: str | None = None
    want_flow: bool = False
    require_flow: bool = False


def read_submission(job: Job) -> tuple[Submission, LoadFault | None]:
    """The file's bytes and text, and what keeps it from being run.

    Raises:
        MissingExtra: it is a notebook, and what reads them isn't installed.
    """
    try:
        data = source_bytes(job)
    except OSError as error:
        why = f"the file can't be read: {error.strerror or error}"
        return Submission(name=job.name, data=b""), LoadFault(kind="unreadable", message=why)
    nothing = Submission(name=job.name, data=data)
    if len(data) > most_bytes(job.name, data):
        return nothing, _too_large("the file", most_bytes(job.name, data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        read = error.object  # without the byte order mark, if there was one
        line = read[: error.start].count(b"\n") + 1
        why = f"the file is not UTF-8: line {line} has the byte 0x{read[error.start]:02x}; save it as UTF-8"
        return nothing, LoadFault(kind="encoding", message=why, line=line)
    if is_notebook(job.name, data):
        return _read_notebook(nothing, text, job.problem.entry_point)
    return replace(nothing, source=text, cells=job.cells), _other_encoding(text)


def _read_notebook(nothing: Submission, text: str, entry_point: str) -> tuple[Submission, LoadFault | None]:
    """The code of a notebook."""
    try:
        code = notebook_code(text, entry_point)
    except NotANotebook as error:
        return nothing, LoadFault(kind="notebook", message=str(error))
    if len(code.source.encode()) > SOURCE_BYTES:
        return nothing, _too_large("the code of the notebook", SOURCE_BYTES)
    return replace(nothing, source=code.source, cells=code.cells, notes=code.notes), None


def is_notebook(name: str, data: bytes) -> bool:
    """Whether a file is to be read as a notebook: by its name, where it has one."""
    if name != STDIN:
        return name.endswith(SUFFIX)
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"nbformat"' in data


def most_bytes(name: str, data: bytes = b"") -> int:
    """What a submission's file of this name may have."""
    return NOTEBOOK_BYTES if is_notebook(name, data) else SOURCE_BYTES


def _too_large(what: str, most: int) -> LoadFault:
    advice = "; clear the notebook's outputs" if most == NOTEBOOK_BYTES else ""
    return LoadFault(kind="too-large", message=f"{what} is larger than {most // 1024} KiB{advice}")


def source_bytes(job: Job) -> bytes:
    """The file's bytes; at most one more than a submission may have.

    Raises:
        OSError: it can't be read.
    """
    if job.unreadable is not None:
        raise OSError(job.unreadable)
    if job.source is not None:
        return job.source
    return _read(job.path, job.problem.reference.parent, most_bytes(job.name))


def file_name(job: Job) -> str:
    """What the submission is compiled as: JAX fails on a name that is no UTF-8."""
    name = os.path.basename(job.name) if job.path is not None else "stdin.py"  # noqa: PTH119 -- of thousands
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _other_encoding(text: str) -> LoadFault | None:
    """What a comment in the first two lines says of the encoding, where that isn't UTF-8.

    Python reads such a file as another text than the one that is judged and shown here, or refuses it.
    Source: PEP 263, which also says that a second line counts only below one without code.
    """
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text, maxsplit=2)[:2], start=1):
        cookie = re.match(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line, re.ASCII)
        if cookie is not None:
            return None if _is_utf_8(cookie[1]) else _declared(cookie[1], number)
        if re.match(r"[ \t\f]*(?:#|$)", line) is None:
            return None
    return None


def _is_utf_8(encoding: str) -> bool:
    """Whether Python takes this name for UTF-8's; what editors append to it (`utf-8-unix`) means nothing."""
    name = encoding.lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return True
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _declared(encoding: str, line: int) -> LoadFault:
    why = (
        f"line {line} says that the file is in the encoding {encoding[:60]}, and a submission is UTF-8:"
        " delete that comment, and save the file as UTF-8"
    )
    return LoadFault(kind="encoding", message=why, line=line)


def _read(path: Path | None, references: Path, most: int) -> bytes:
    """At most one byte more than a submission may have, of a regular file; a link to a solution is none."""
    if path is None or not path.is_file():
        raise OSError("it is no regular file")
    if path.is_symlink() and path.resolve().is_relative_to(references.resolve()):
        raise OSError("it is a link to a reference")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size  # to ask for all that is allowed takes longer
        data = file.read(min(size, most) + 1)
        return data + file.read(most - size) if size < min(len(data), most) else data
