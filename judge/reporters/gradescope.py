"""`--format gradescope`: the results.json of a Gradescope autograder."""

from collections.abc import Iterator
from typing import Any, ClassVar

from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import Reporter, disclosed, findings_about, whole_points
from judge.reporters.json import written
from judge.reporters.markdown import explained, finding_text
from judge.reporters.parts import markup
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import in_tolerances
from judge.reporters.parts.points import Share, shares
from judge.verdict import Verdict

_NO_SCORE = (
    "This could not be judged, which is not your fault and costs no points. Tell whoever set the exercise."
)


class GradescopeReporter(Reporter):
    """A test for each case; hidden ones appear when the grades are published.

    Gradescope's own `hidden` is for tests without points: it would show them to nobody, ever.
    """

    filename: ClassVar[str] = "results.json"

    def parts(self, report: Report) -> Iterator[str]:
        """The document. Without a score in it where the judge is at fault for all cases."""
        scores = [whole_points(result.score, result.points) for result in report.results]
        document: dict[str, Any] = {}
        if scores and None not in scores:
            document["score"] = sum(score for score in scores if score is not None)
        document["execution_time"] = round(sum(result.seconds for result in report.results), 3)
        document["output"] = "\n\n".join(map(_output, report.results)) or "Nothing was judged."
        document["output_format"] = "md"
        document["stdout_visibility"] = "hidden"
        several = len(report.results) > 1
        tests = (test for result in report.results for test in _tests(result, several=several))
        return written(document, "tests", tests)


def _output(result: SubmissionResult) -> str:
    title = f"{markup.text(result.submission)}: **{result.verdict}**"
    ours = [_NO_SCORE] if result.score is None else []
    part = [f"**{result.part}**"] if result.part else []
    return "\n\n".join((title, *part, *ours, *explained(result)))


def _tests(result: SubmissionResult, *, several: bool) -> Iterator[dict[str, Any]]:
    prefix = f"{result.submission}: " if several else ""
    if not result.cases:
        worth = {"score": 0, "max_score": result.points} if result.score is not None else {}
        yield {
            "name": escape(f"{prefix}submission"),
            **worth,
            "status": "failed",
            "output": markup.prose(result.message or str(result.verdict)),
            "output_format": "md",
            "visibility": "visible",
        }
    for case, share in zip(result.cases, shares(result), strict=True):
        yield _test(disclosed(case), share, result, prefix)


def _test(case: CaseResult, share: Share, result: SubmissionResult, prefix: str) -> dict[str, Any]:
    ours = case.verdict is Verdict.JUDGE_ERROR
    return {
        "name": escape(f"{prefix}{case.name}"),
        **({} if ours else {"score": share.earned, "max_score": share.possible}),
        "status": "passed" if case.verdict is Verdict.ACCEPTED else "failed",
        "output": "\n\n".join(_told(case, result)),
        "output_format": "md",
        "visibility": "visible" if case.visibility == "public" else "after_published",
    }


def _told(case: CaseResult, result: SubmissionResult) -> Iterator[str]:
    yield f"**{case.verdict}**"
    if case.message:
        yield markup.prose(case.message)
    if case.visibility == "public" and case.error is not None:
        yield f"Off by {markup.text(in_tolerances(case))} tolerances, and 1 is allowed."
    if case.verdict is not Verdict.ACCEPTED:
        for finding in findings_about(case, result.findings):
            yield finding_text(finding, result.source)
