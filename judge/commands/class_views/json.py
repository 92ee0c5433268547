"""Class statistics as one JSON document of the schema judge-stats/v1."""

from collections.abc import Iterator
from typing import Any

from judge.commands.class_views.told import Told
from judge.reporters.base import View
from judge.reporters.json import dumped, near_limit
from judge.stats.record import CaseCount, Group, PitfallCount, ProblemStatistics, Slow

SCHEMA = "judge-stats/v1"


def parts(told: Told, _view: View) -> Iterator[str]:
    """The document, indented by two spaces."""
    document = {
        "schema": SCHEMA,
        "judge_version": told.head.judge_version,
        "entropy": told.head.entropy,
        "environment": told.head.environment,
        "complete": told.complete,
        "submissions": told.statistics.submissions,
        "problems": [_problem(problem) for problem in told.statistics.problems],
    }
    yield f"{dumped(document, indent=2)}\n"


def _problem(problem: ProblemStatistics) -> dict[str, Any]:
    scores = problem.scores
    return {
        "problem": problem.problem,
        "submissions": problem.submissions,
        "accepted": problem.accepted,
        "accepted_share": problem.accepted_share,
        "partly_right": problem.partly_right,
        "did_not_run": problem.did_not_run,
        "judge_at_fault": problem.judge_at_fault,
        "not_read": problem.not_read,
        "in_part": problem.in_part,
        "verdicts": {str(verdict): count for verdict, count in problem.verdicts.items()},
        "scores": {
            "bins": scores.bins,
            "full": scores.full,
            "without": scores.without,
            "median": scores.median,
            "mean": scores.mean,
        },
        "pitfalls": [_pitfall(one) for one in problem.pitfalls],
        "cases": [_case(case) for case in problem.cases],
        "groups": [_group(problem, group) for group in problem.groups],
        "in_other_groups": problem.in_other_groups,
        "slowest": [_slow(slow) for slow in problem.slowest],
        "exceptions": [{"type": name, "submissions": count} for name, count in problem.exceptions],
    }


def _group(problem: ProblemStatistics, group: Group) -> dict[str, Any]:
    judged = zip(problem.cases, group.cases, strict=True)
    return {
        "number": group.number,
        "submissions": group.submissions,
        "verdict": str(group.alike.verdict),
        "errors": group.alike.errors,
        "warnings": group.alike.warnings,
        "exception": group.alike.exception or None,
        "cases": {case.name: str(verdict) for case, verdict in judged if verdict is not None},
        "first": group.names,
    }


def _pitfall(one: PitfallCount) -> dict[str, Any]:
    return {
        "pitfall": one.pitfall,
        "submissions": one.submissions,
        "errors": one.errors,
        "warnings": one.warnings,
    }


def _case(case: CaseCount) -> dict[str, Any]:
    return {
        "name": case.name,
        "visibility": case.visibility,
        "accepted": case.accepted,
        "pitfall": case.pitfall,
        "failed": case.failed,
        "judge_error": case.judge_error,
        "caught_alone": case.caught_alone,
    }


def _slow(slow: Slow) -> dict[str, Any]:
    return {
        "submission": slow.submission,
        "verdict": str(slow.verdict),
        "seconds": slow.seconds,
        "limits": slow.limits,
        **near_limit(slow.near_limit),
    }
