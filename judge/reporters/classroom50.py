"""`--format classroom50`: the result.json of a Classroom 50 autograder."""

from collections.abc import Iterator
from typing import Any, ClassVar

from judge.report import Report, SubmissionResult
from judge.reporters.base import Reporter, points_of
from judge.reporters.json import written
from judge.reporters.parts.escape import escape
from judge.reporters.parts.points import shares
from judge.reporters.parts.rubric_text import points_line
from judge.verdict import Verdict

SCHEMA = "classroom50/result/v1"
_NAMED = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
    "review": ("REVIEW_URL", "COMMIT_URL"),
}


class Classroom50Reporter(Reporter):
    """Who and what comes from the runner's environment variables, the scores from the report."""

    filename: ClassVar[str] = "result.json"

    def parts(self, report: Report) -> Iterator[str]:
        """The document. Its scores are the sums of those of its tests."""
        document: dict[str, Any] = {"schema": SCHEMA}
        for name, variables in _NAMED.items():
            values = (self.view.environ.get(variable) for variable in variables)
            document[name] = next(filter(None, values), "")
        if self.view.now is not None:
            document["datetime"] = self.view.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        for name in ("score", "max-score"):
            document[name] = sum(test[name] for test in _all_tests(report))
        return written(document, "tests", _all_tests(report))


def _all_tests(report: Report) -> Iterator[dict[str, Any]]:
    several = len(report.results) > 1
    for result in report.results:
        yield from _tests(result, several=several)


def _tests(result: SubmissionResult, *, several: bool) -> Iterator[dict[str, Any]]:
    prefix = f"{escape(result.submission)}: " if several else ""
    if result.part:  # the format has no place for a remark
        yield _test(f"{prefix}{result.part}", passed=False, earned=0, possible=0)
    if result.rubric is not None:
        passed = points_of(result) == result.points
        yield _test(f"{prefix}{escape(points_line(result))}", passed, earned=0, possible=0)
    if not result.cases:
        passed = result.verdict is Verdict.ACCEPTED
        possible = 0 if result.score is None else result.points
        earned = points_of(result) or 0
        yield _test(f"{prefix}submission", passed, earned, possible)
    for case, share in zip(result.cases, shares(result), strict=True):
        passed = case.verdict is Verdict.ACCEPTED
        yield _test(f"{prefix}{escape(case.name)}", passed, share.earned, share.possible)


def _test(name: str, passed: bool, earned: int, possible: int) -> dict[str, Any]:  # noqa: FBT001 -- a row
    return {"test-name": name, "passed": passed, "score": earned, "max-score": possible}
