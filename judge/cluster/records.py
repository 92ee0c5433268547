"""What goes to a node, and what comes back: our own plain records, and bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import judge
from judge import __version__
from judge.errors import ReferenceFault
from judge.expected.cache_key import files_digest
from judge.problem.model import CaseTemplate, Problem
from judge.run.intake import Job, RunRequest, source_bytes

RESULT, UNKNOWN_RUN, BROKEN = "result", "unknown run", "broken"


class Answer(NamedTuple):
    """What a node has to say of one submission.

    Attributes:
        kind: RESULT; UNKNOWN_RUN: it has to be told of the run first; BROKEN: it couldn't, `why` says why.
        record, flow: the result as bytes, as `judge.store.records.Packed` has them.
    """

    kind: str
    why: str = ""
    record: bytes = b""
    flow: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A problem with all that judging needs of it: a node has none of the course's files.

    Attributes:
        digest: of the files' names and contents, and of the problem as it was read.
        lesson, reference: the files of its two folders, by their path in there.
    """

    digest: str
    problem: Problem
    extra: tuple[CaseTemplate, ...]
    lesson: Mapping[str, bytes]
    reference: Mapping[str, bytes]

    def write(self, folder: Path) -> tuple[Problem, tuple[CaseTemplate, ...]]:
        """Its files in a folder, and the problem that has them there.

        Raises:
            OSError: they can't be written.
        """
        lesson, reference = folder / "problems" / self.problem.id, folder / "reference" / self.problem.id
        for place, files in ((lesson, self.lesson), (reference, self.reference)):
            for name, content in files.items():
                path = place / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return replace(self.problem, folder=lesson, reference=reference), self.extra


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What a node has to know of a run before its first submission.

    Attributes:
        run: names it. exercises: by their digests.
    """

    run: str
    entropy: int
    case_names: tuple[str, ...]
    isolation: str
    require_isolation: str | None
    want_flow: bool
    require_flow: bool
    exercises: Mapping[str, Exercise]

    def request(self, root: Path, workers: int) -> RunRequest:
        """The same as the runner is asked for it, without submissions."""
        return RunRequest(
            root=root,
            jobs=(),
            case_names=self.case_names,
            entropy=self.entropy,
            workers=workers,
            isolation=self.isolation,
            require_isolation=self.require_isolation,
            want_flow=self.want_flow,
            require_flow=self.require_flow,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One submission on its way.

    Attributes:
        exercise: the digest of its exercise. unreadable: why there is no `data`. piped: it has no file.
    """

    name: str
    exercise: str
    data: bytes | None
    unreadable: str | None
    piped: bool

    def job(self, problem: Problem, extra: tuple[CaseTemplate, ...]) -> Job:
        """The submission as a runner is given it, wherever that runs."""
        return Job(
            name=self.name,
            problem=problem,
            path=None if self.piped else Path(self.name),
            source=self.data,
            extra=extra,
            unreadable=self.unreadable,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """What a node says of itself when a run begins there, or why it can't take part.

    Attributes:
        refusal: "" where it takes part. no_isolation: the refusal is about the walls.
        environment: what results depend on there, as reports have it. machine: its processor.
    """

    refusal: str = ""
    no_isolation: bool = False
    threads: int = 0
    environment: Mapping[str, Any] | None = None
    machine: str = ""


def sent(job: Job, exercise: str) -> Sent:
    """One submission as it is sent: read here, since nodes have none of these files."""
    data, unreadable = None, None
    try:
        data = source_bytes(job)
    except OSError as error:
        unreadable = str(error.strerror or error)
    return Sent(name=job.name, exercise=exercise, data=data, unreadable=unreadable, piped=job.path is None)


def exercise_of(problem: Problem, extra: tuple[CaseTemplate, ...]) -> Exercise:
    """A problem with its files.

    Raises:
        ReferenceFault: they can't be read.
    """
    try:
        lesson, reference = _contents(problem.folder), _contents(problem.reference)
    except OSError as error:
        raise ReferenceFault(f"the files of {problem.id} can't be read: {error}") from error
    nowhere = replace(problem, folder=Path(), reference=Path())
    digest = hashlib.sha256(repr((nowhere, extra)).encode("utf-8", "backslashreplace"))
    for files in (lesson, reference):
        for name, content in files.items():
            digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "backslashreplace"))
            digest.update(content)
    return Exercise(
        digest=digest.hexdigest(), problem=problem, extra=extra, lesson=lesson, reference=reference
    )


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if "__pycache__" not in path.parts
    }


@cache
def package_digest() -> str:
    """The judge's version, and a digest of its code: both sides of the wire have to be the same."""
    folder = Path(judge.__file__).parent
    return f"{__version__} ({files_digest(folder, sorted(folder.rglob('*.py')))[:12]})"
