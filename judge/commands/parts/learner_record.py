"""What a learner has done so far: hints taken, and the first accepted run, a small file a problem.

It is there for the learner's sake and protects nothing: whoever wants may edit it, or read the reference.
What isn't there, or can't be read, counts as nothing done.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from judge.expected.cache_files import write_whole
from judge.paths import state_dir
from judge.report import SubmissionResult
from judge.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Of one problem.

    Attributes:
        hints: how many were shown.
        accepted: SHA-256 of the submission of one's own that was accepted first; empty for none.
        when: the time of that, in UTC, as ISO 8601 has it.
    """

    hints: int = 0
    accepted: str = ""
    when: str = ""


def recorded(problem: str) -> Record:
    """What is known of this problem."""
    try:
        found = json.loads(_file(problem).read_text(encoding="utf-8"))
        hints, accepted, when = found["hints"], found["accepted"], found["when"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Record()
    if type(hints) is not int or hints < 0 or not isinstance(accepted, str) or not isinstance(when, str):
        return Record()
    return Record(hints=hints, accepted=accepted, when=when)


def record(problem: str, known: Record) -> None:
    """Keep what is known of this problem.

    Raises:
        OSError: it can't be kept.
    """
    write_whole(_file(problem), json.dumps(asdict(known)).encode())


def note_accepted(
    results: Iterable[SubmissionResult], environ: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """Record for each problem the first submission of one's own that is accepted on all cases.

    Nothing is written where a service runs the judge (CI is set), and nothing is said where it can't be.

    Returns:
        What to tell the learner: a sentence for each problem that had none before.
    """
    if environ.get("CI", "").lower() not in ("", "0", "false"):
        return ()
    fresh: dict[str, SubmissionResult] = {}
    for result in results:
        if result.problem not in fresh and _counts(result):
            fresh[result.problem] = result
    new: list[str] = []
    for problem, result in fresh.items():
        known = recorded(problem)
        if known.accepted:
            continue
        with suppress(OSError):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            record(problem, replace(known, accepted=result.sha256, when=now))
            new.append(f"accepted: `judge solution {problem}` shows the reference and its reasons")
    return tuple(new)


def _counts(result: SubmissionResult) -> bool:
    """Whether it is a whole run, and of a file that doesn't come with the exercise."""
    parts = PurePath(result.submission).parts
    shipped = parts[:1] == ("reference",) or (parts[:1] == ("submissions",) and "examples" in parts[:-1])
    return result.verdict is Verdict.ACCEPTED and not result.part and not shipped


def _file(problem: str) -> Path:
    return state_dir() / "problems" / f"{problem}.json"
