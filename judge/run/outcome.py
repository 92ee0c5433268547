"""What is said of a run as a whole: what its results depend on, and how it ends."""

from collections.abc import Iterable, Mapping
from typing import Any

from judge.report import SubmissionResult
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS, PLATFORM, XLA_FLAGS
from judge.verdict import Verdict


def environment(versions: Mapping[str, str], isolation: Mapping[str, Any]) -> dict[str, Any]:
    """What results depend on besides the submission, as reports show it."""
    return {
        **versions,
        "platform": PLATFORM,
        "xla_flags": XLA_FLAGS,
        "settings": dict(NUMERIC_SETTINGS),
        "isolation": dict(isolation),
    }


def exit_code(results: Iterable[SubmissionResult]) -> int:
    """3 when the judge is at fault somewhere, 1 when some submission isn't accepted, otherwise 0."""
    code = 0
    for one in results:
        if Verdict.JUDGE_ERROR in (one.verdict, *(case.verdict for case in one.cases)):
            return 3
        code = code if one.verdict is Verdict.ACCEPTED else 1
    return code
