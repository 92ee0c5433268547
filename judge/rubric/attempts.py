"""Which attempt of a learner counts."""

from collections.abc import Sequence

from judge.problem.model import Rubric
from judge.report import RubricPoints


def attempt_that_counts(rubric: Rubric, attempts: Sequence[RubricPoints]) -> int:
    """Which of a learner's attempts counts, by its place in the order in which they were handed in.

    Of equal ones the first. Those without points, for which the judge is at fault, count only if all are so.

    Raises:
        ValueError: there is none.
    """
    if not attempts:
        message = "there is no attempt"
        raise ValueError(message)
    scored = [place for place, points in enumerate(attempts) if points.earned is not None]
    if rubric.attempts == "last" or not scored:
        return scored[-1] if scored else len(attempts) - 1
    return max(scored, key=lambda place: (attempts[place].earned, -place))
