"""The judge's decision on one case, and on one submission."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """Every decision there is, worst first: the order of the members is the order of severity."""

    JUDGE_ERROR = "judge_error"
    INVALID = "invalid"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    RUNTIME_ERROR = "runtime_error"
    WRONG_ANSWER = "wrong_answer"
    PITFALL = "pitfall"
    ACCEPTED = "accepted"


SEVERITY = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a submission whose cases got these verdicts.

    `judge_error` wins only when no case failed through the learner: our own fault must not hide
    theirs, nor be held against them.

    Raises:
        ValueError: there is no verdict to choose from.
    """
    found = set(verdicts)
    if not found:
        message = "worst() needs at least one verdict: a submission without cases has none"
        raise ValueError(message)
    learners = found - {Verdict.JUDGE_ERROR, Verdict.ACCEPTED}
    return min(learners or found, key=SEVERITY.__getitem__)
