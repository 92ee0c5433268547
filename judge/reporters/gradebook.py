"""`--format gradebook`: points by student, in CSV, for the gradebook of a course system."""

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import ClassVar

from judge.finding import Finding, Severity
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import Reporter, points_of
from judge.reporters.csv import row
from judge.reporters.parts.remarks import NOT_READ
from judge.reporters.parts.rubric_text import account
from judge.verdict import Verdict

BEFORE = ("student", "file", "problem", "points", "max_points", "percent")
AFTER = ("first_finding", "verdict")
RUBRIC = "rubric"  # the column that says what points are made of
STUDENT = "student"  # the group of a pattern that holds the id
_Case = tuple[str, str]  # problem and name


class GradebookReporter(Reporter):
    """A line a file. A case that passed is 1, one that failed 0; one that the judge is at fault for is empty.

    Points that are no grade are left out: of a part of the cases, or where the judge is at fault for all.
    Where a problem has a rubric, the column RUBRIC follows.
    """

    filename: ClassVar[str] = "gradebook.csv"

    def parts(self, report: Report) -> Iterator[str]:
        """A header, then the results in the order of the run."""
        cases = tuple(dict.fromkeys((one.problem, case.name) for one in report.results for case in one.cases))
        several = len({problem for problem, _ in cases}) > 1
        named = (f"case {problem}/{name}" if several else f"case {name}" for problem, name in cases)
        rubrics = any(result.rubric is not None for result in report.results)
        yield row((*BEFORE, *named, *AFTER, *((RUBRIC,) if rubrics else ())))
        for result in report.results:
            yield row((*self._cells(result, cases), *((account(result),) if rubrics else ())))

    def _cells(self, result: SubmissionResult, cases: Sequence[_Case]) -> Iterator[str]:
        points = None if result.part else points_of(result)
        share = None if points is None else _share(result)
        passed = {(result.problem, case.name): _passed(case) for case in result.cases}
        yield self._student(result)
        yield result.submission
        yield result.problem
        yield "" if points is None else str(points)
        yield str(result.points)
        yield "" if share is None else _percent(share)
        yield from (passed.get(case, "") for case in cases)
        first = min(result.findings, key=_place, default=None)
        yield (NOT_READ if result.unread else "") if first is None else first.pitfall
        yield str(result.verdict)

    def _student(self, result: SubmissionResult) -> str:
        if self.view.student is not None:
            return self.view.student(result.problem, result.submission)
        return student_of(result.submission, self.view.student_id)


def student_of(submission: str, pattern: re.Pattern[str] | None) -> str:
    """The id that `pattern` finds in a file's name; without a pattern the name without its ending.

    A pattern with a `/` in it is looked for in the whole path. Empty where it isn't found.

    Args:
        pattern: it has a group `student`, or one group.
    """
    path = PurePosixPath(submission)
    if pattern is None:
        return path.stem
    found = pattern.search(submission if "/" in pattern.pattern else path.name)
    return "" if found is None else found[STUDENT if STUDENT in pattern.groupindex else 1] or ""


def _passed(case: CaseResult) -> str:
    if case.verdict is Verdict.JUDGE_ERROR:
        return ""
    return "1" if case.verdict is Verdict.ACCEPTED else "0"


def _share(result: SubmissionResult) -> float | None:
    """Of full marks."""
    by_rubric = result.rubric
    if by_rubric is None or by_rubric.earned is None:
        return result.score
    return by_rubric.earned / by_rubric.possible


def _percent(score: float) -> str:
    """Two decimals, which say 100.00 for a full score alone."""
    return "100.00" if score >= 1 else f"{min(100 * score, 99.99):.2f}"


def _place(finding: Finding) -> tuple[bool, float]:
    """Errors before warnings, then by line."""
    return finding.severity is not Severity.ERROR, math.inf if finding.line is None else finding.line
