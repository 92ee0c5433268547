"""A problem's rubric + a result → points. A pure function of cases and findings: nothing is judged here."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from judge.finding import Severity
from judge.problem.model import CaseGroup, Problem, Rubric
from judge.report import (
    NOT_ENOUGH,
    CasePoints,
    CaseResult,
    GroupPoints,
    LostPoints,
    RubricPoints,
    SubmissionResult,
)
from judge.rubric.rule import rule
from judge.verdict import Verdict

_CAN_BE_PRICED = (Verdict.PITFALL, Verdict.WRONG_ANSWER)


def with_rubric(result: SubmissionResult, problem: Problem, *, days_late: float = 0) -> SubmissionResult:
    """The result with the points of the problem's rubric, or without any where it has none.

    Whatever points it had are gone, so that this gives a result of another day its points anew.
    """
    if problem.rubric is None:
        is_so = result.rubric is None and result.points == problem.points
        return result if is_so else replace(result, points=problem.points, rubric=None)
    points = late(rubric_points(problem.rubric, result), problem.rubric, days_late)
    return replace(result, points=problem.points, rubric=points)


def rubric_points(rubric: Rubric, result: SubmissionResult) -> RubricPoints:
    """What a submission earned, in time.

    Cases of `judge_error` are left out of what was earned and of what could have been, and so are cases
    that were not to be judged: what is left is scaled to the problem's points. A price is no such share.
    """
    parts = tuple(_parts(rubric, result))
    total = sum(part.points for part in parts)
    nothing = RubricPoints(earned=None, in_time=None, possible=rubric.points, rule=rule(rubric))
    if not result.cases and result.score is not None:  # it could not be run
        groups = (GroupPoints(name=one.name, earned=0.0, possible=float(one.points)) for one in rubric.groups)
        return replace(nothing, earned=0.0, in_time=0.0, groups=tuple(groups))
    if not total:
        return nothing
    parts = tuple(replace(part, points=part.points * rubric.points / total) for part in parts)
    lost = tuple(_lost(rubric, parts))
    earned = sum(part.points for part in parts if part.earns) - sum(points for _, points in lost)
    in_time = _rounded(Fraction(earned), rubric.points)
    return replace(
        nothing,
        earned=in_time,
        in_time=in_time,
        groups=tuple(_group(group, parts) for group in rubric.groups),
        lost=tuple(LostPoints(pitfall=pitfall, points=float(points)) for pitfall, points in lost),
    )


def late(points: RubricPoints, rubric: Rubric, days: float) -> RubricPoints:
    """The points of a submission that came so many days after the due date, each day begun counted whole.

    It may be asked again, with other days, of what it gave.
    """
    rate = rubric.late
    percent = 0 if rate is None else min(rate.per_day * max(math.ceil(days), 0), rate.at_most)
    kept = None if points.in_time is None else float(Fraction(points.in_time) * (100 - percent) / 100)
    return replace(points, earned=kept, late_percent=float(percent))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A case that counts.

    Attributes:
        points: its share of its group's points.
        reasons: the pitfalls whose price is paid in place of its points; empty where none is.
    """

    case: CaseResult
    group: CaseGroup
    points: Fraction
    reasons: frozenset[str]

    @property
    def earns(self) -> bool:
        return self.case.verdict is Verdict.ACCEPTED or bool(self.reasons)


def _parts(rubric: Rubric, result: SubmissionResult) -> Iterator[_Part]:
    """The cases that count, group by group; those that the rubric doesn't know are in none."""
    for group in rubric.groups:
        names = set(group.cases)
        cases = [case for case in result.cases if case.name.partition("[")[0] in names]
        weight = sum(Fraction(case.weight) for case in cases)
        for case in cases:
            if case.verdict is not Verdict.JUDGE_ERROR and case.weight > 0:
                share = group.points * Fraction(case.weight) / weight
                yield _Part(case=case, group=group, points=share, reasons=_reasons(rubric, result, case))


def _reasons(rubric: Rubric, result: SubmissionResult, case: CaseResult) -> frozenset[str]:
    """The pitfalls that a case fails through, if each of them has a price and there is no other reason."""
    if case.verdict not in _CAN_BE_PRICED or _is_refused(result):
        return frozenset()
    named = {
        finding.pitfall
        for finding in result.findings
        if finding.severity is Severity.ERROR and (not finding.cases or case.name in finding.cases)
    }
    return frozenset(named) if named <= rubric.pitfalls.keys() else frozenset()


def _is_refused(result: SubmissionResult) -> bool:
    """Whether it had to be read and couldn't be: then it is for no points, whatever was found besides."""
    return any(
        case.verdict is Verdict.PITFALL and case.message.startswith(NOT_ENOUGH) for case in result.cases
    )


def _lost(rubric: Rubric, parts: Sequence[_Part]) -> Iterator[tuple[str, Fraction]]:
    """What each pitfall costs: its price, but no more than the cases would that it stands in for."""
    left = sum((part.points for part in parts if part.reasons), Fraction())
    for pitfall, price in rubric.pitfalls.items():
        worth = sum((part.points for part in parts if pitfall in part.reasons), Fraction())
        points = min(Fraction(price), worth, left)
        if points:
            left -= points
            yield pitfall, points


def _group(group: CaseGroup, parts: Sequence[_Part]) -> GroupPoints:
    mine = [part for part in parts if part.group is group]
    return GroupPoints(
        name=group.name,
        earned=float(sum(part.points for part in mine if part.earns)),
        possible=float(sum(part.points for part in mine)),
        cases=tuple(
            CasePoints(
                name=part.case.name,
                earned=float(part.points) if part.earns else 0.0,
                possible=float(part.points),
                priced=bool(part.reasons),
            )
            for part in mine
        ),
    )


def _rounded(points: Fraction, full: int) -> float:
    """As a float, which is `full` for full marks alone."""
    return float(points) if points >= full else min(float(points), math.nextafter(full, 0))
