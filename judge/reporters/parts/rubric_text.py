"""The points that a rubric gives, and how they came about, in words that are still unescaped."""

from collections.abc import Iterator, Mapping, Sequence

from judge.report import Results, RubricPoints, SubmissionResult
from judge.verdict import Verdict

_SHOWN = 3  # names of cases


def points_text(result: SubmissionResult) -> str:
    """As "72 of 100 points", and that it is no grade where it is none; empty without a rubric."""
    points = result.rubric
    if points is None:
        return ""
    told = "no points" if points.whole is None else f"{points.whole} of {points.possible} points"
    return f"{told} ({result.part})" if result.part else told


def points_line(result: SubmissionResult) -> str:
    """As "72 of 100 points: the basics 60 of 60, hidden 32 of 40, unscaled-grads -20".

    Empty without a rubric.
    """
    told = account(result)
    return f"{points_text(result)}: {told}" if told else points_text(result)


def account(result: SubmissionResult) -> str:
    """What the points are made of; empty where there are none, or nothing to tell of them."""
    points = result.rubric
    if points is None:
        return ""
    parts = [", ".join(_summands(points)), *_aside(result, points)]
    return "; ".join(part for part in parts if part)


def rules(results: Results) -> Mapping[str, Sequence[str]]:
    """The rubrics of a run, by problem, as sentences."""
    return {one.problem: one.rubric.rule for one in results if one.rubric is not None and one.rubric.rule}


def _summands(points: RubricPoints) -> Iterator[str]:
    for group in points.groups:
        if group.possible > 0:
            yield f"{group.name} {amount(group.earned, group.possible)} of {amount(group.possible)}"
    for lost in points.lost:
        yield f"{lost.pitfall} -{amount(lost.points)}"
    if points.late_percent:
        yield f"late -{points.late_percent:g} %"


def _aside(result: SubmissionResult, points: RubricPoints) -> Iterator[str]:
    """The cases that neither earn nor cost anything."""
    counted = {case.name for group in points.groups for case in group.cases}
    ours = [case.name for case in result.cases if case.verdict is Verdict.JUDGE_ERROR]
    if ours:
        yield f"left out, which is not your fault: {_named(ours)}"
    others = [case.name for case in result.cases if case.name not in {*counted, *ours}]
    if others:
        yield f"for no points: {_named(others)}"


def _named(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def amount(points: float, full: float | None = None) -> str:
    """Points with as many decimals as say something, two at most; all of `full` is said of no less."""
    if full is not None and points < full and _decimals(points) == _decimals(full):
        return _decimals(full - 0.01)
    return _decimals(points)


def _decimals(points: float) -> str:
    return f"{points:.2f}".rstrip("0").rstrip(".")
