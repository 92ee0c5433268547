"""What is said of a run as a whole: what its results depend on, and how it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from judge.report import Report, Results, RunHead, SubmissionResult
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS, PLATFORM, XLA_FLAGS
from judge.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a run's results depend on besides submissions and problems.

    Attributes:
        environment: as reports have it.
        processor: as `judge.expected.cache_key.machine` has it; all kinds, where there are several.
    """

    environment: Mapping[str, Any]
    processor: str


def environment(versions: Mapping[str, str], isolation: Mapping[str, Any]) -> dict[str, Any]:
    """What results depend on besides the submission, as reports show it."""
    return {
        **versions,
        "platform": PLATFORM,
        "xla_flags": XLA_FLAGS,
        "settings": dict(NUMERIC_SETTINGS),
        "isolation": dict(isolation),
    }


def report_of(
    head: RunHead, results: Results, *, complete: bool, seconds: float, code: int | None = None
) -> Report:
    """The report of a run.

    Args:
        complete: it was not interrupted. seconds: wall time. code: what it ends with, None for what its
            results say.
    """
    if code is None:
        code = exit_code(results) if complete else 130
    return Report(
        judge_version=head.judge_version,
        entropy=head.entropy,
        environment=head.environment,
        results=results,
        complete=complete,
        exit_code=code,
        seconds=seconds,
    )


def exit_code(results: Iterable[SubmissionResult]) -> int:
    """3 when the judge is at fault somewhere, 1 when some submission isn't accepted, otherwise 0."""
    code = 0
    for one in results:
        if Verdict.JUDGE_ERROR in (one.verdict, *(case.verdict for case in one.cases)):
            return 3
        code = code if one.verdict is Verdict.ACCEPTED else 1
    return code
