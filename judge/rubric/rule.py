"""A rubric in words: what learners read below the task, and with their points."""

from collections.abc import Iterator

from judge.problem.model import Rubric


def rule(rubric: Rubric) -> tuple[str, ...]:
    """The rubric as a learner reads it, a sentence for each thing that gives or costs points."""
    return tuple(_sentences(rubric))


def _sentences(rubric: Rubric) -> Iterator[str]:
    for group in rubric.groups:
        shared = ", shared by weight" if len(group.cases) > 1 else ""
        yield f"{group.name}, {_counted(group.points)}: {', '.join(group.cases)}{shared}"
    if rubric.pitfalls:
        prices = ", ".join(f"{pitfall} {price}" for pitfall, price in rubric.pitfalls.items())
        yield (
            "a case that fails through nothing but these pitfalls is not lost; in its place each of them "
            f"costs, once, this many points: {prices}"
        )
    if rubric.late is not None:
        per_day, at_most = rubric.late.per_day, rubric.late.at_most
        most = f", at most {at_most} %" if at_most < 100 else ""  # noqa: PLR2004 -- all of it
        yield f"{per_day} % of the points are lost for each day begun after the due date{most}"
    yield f"of several attempts the {rubric.attempts} one counts"


def _counted(points: int) -> str:
    return f"{points} point{'s' * (points != 1)}"
