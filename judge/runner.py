"""Submissions → Report, on any concurrent.futures.Executor."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from judge.problem.model import CaseTemplate, Problem
from judge.report import SubmissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One submission to judge.

    Attributes:
        name: what reports call it: relative to the root with `/` where it lies under it, otherwise as given.
        path: the file; None when `source` holds the bytes (standard input).
        extra: further cases, from `--extra-cases`.
    """

    name: str
    problem: Problem
    path: Path | None = None
    source: bytes | None = None
    extra: tuple[CaseTemplate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What `judge run` was asked for, all paths and problems resolved.

    Attributes:
        case_names: only these cases; empty for all. workers: submissions judged at once.
        isolation: "auto" or a tier. require_isolation: the least tier that may grade, None for any.
    """

    root: Path
    jobs: tuple[Job, ...]
    case_names: tuple[str, ...] = ()
    entropy: int = 0
    workers: int = 1
    isolation: str = "auto"
    require_isolation: str | None = None
    want_flow: bool = False


class Progress(Protocol):
    """What a long run says while it goes on; called from one thread at a time."""

    def note(self, message: str) -> None:
        """One sentence about what is being done now, such as the first run's expected values."""

    def started(self, total: int) -> None:
        """So many submissions are going to be judged."""

    def finished(self, result: SubmissionResult) -> None:
        """One more is done; results come as they finish, not in their final order."""

    def close(self) -> None:
        """The run is over, or was interrupted."""
