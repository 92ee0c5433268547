"""Whole points for course systems: what each case earned, so that the parts add up to the score."""

from collections.abc import Sequence
from dataclasses import dataclass

from judge.report import RubricPoints, SubmissionResult
from judge.reporters.base import points_of
from judge.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Whole points of one case: `earned` is `possible` or 0, unless a rubric's prices take a part of it."""

    earned: int
    possible: int


def shares(result: SubmissionResult) -> tuple[Share, ...]:
    """One share a case, which add up to the submission's whole points and to what it could have got.

    A case is worth its weight, rounded in such a way that the sums are right: so the same case may be
    worth 33 points in one submission and 34 in another. Cases of `judge_error` are worth nothing.
    """
    score = points_of(result)
    if score is None:
        return tuple(Share(earned=0, possible=0) for _ in result.cases)
    if result.rubric is not None:
        return _by_rubric(result, result.rubric, score)
    passed = [case.verdict is Verdict.ACCEPTED for case in result.cases]
    failed = [case.verdict not in (Verdict.ACCEPTED, Verdict.JUDGE_ERROR) for case in result.cases]
    weights = [case.weight for case in result.cases]
    won = apportioned(score, _only(weights, passed))
    lost = apportioned(result.points - score, _only(weights, failed))
    return tuple(Share(earned=gain, possible=gain + loss) for gain, loss in zip(won, lost, strict=True))


def _by_rubric(result: SubmissionResult, points: RubricPoints, whole: int) -> tuple[Share, ...]:
    """The same where a rubric says what a case is worth; cases that were priced bear what pitfalls cost."""
    known = {case.name: case for group in points.groups for case in group.cases}
    priced = sum(case.earned for case in known.values() if case.priced)
    kept = 1 - sum(one.points for one in points.lost) / priced if priced else 1.0
    in_time = 1 - points.late_percent / 100
    gains, losses = [], []
    for one in result.cases:
        case = known.get(one.name)
        gain = 0.0 if case is None else case.earned * in_time * (kept if case.priced else 1.0)
        gains.append(max(gain, 0.0))
        losses.append(0.0 if case is None else case.possible - gains[-1])
    won, lost = apportioned(whole, gains), apportioned(points.possible - whole, losses)
    return tuple(Share(earned=gain, possible=gain + loss) for gain, loss in zip(won, lost, strict=True))


def apportioned(total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """`total` divided in proportion to `weights` by largest remainders; zeros without weights."""
    whole = sum(weights)
    if whole <= 0:
        return tuple(0 for _ in weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def _only(weights: Sequence[float], chosen: Sequence[bool]) -> list[float]:
    return [weight if here else 0.0 for weight, here in zip(weights, chosen, strict=True)]
