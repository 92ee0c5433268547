"""`--format gradescope`: the results.json of a Gradescope autograder."""

from collections.abc import Iterator
from typing import Any, ClassVar

from judge.finding import Finding
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import Reporter, disclosed, findings_about, points_of
from judge.reporters.json import written
from judge.reporters.markdown import explained, points
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

    Gradescope's own `hidden` is for tests without points: it would show them to nobody, ever. Findings are
    told once, above all tests, which only name them.
    """

    filename: ClassVar[str] = "results.json"
    one_submission: ClassVar[bool] = True

    def parts(self, report: Report) -> Iterator[str]:
        """The document. Without a score in it where the judge is at fault for all cases."""
        scores = [points_of(result) for result in report.results]
        document: dict[str, Any] = {}
        if scores and None not in scores:
            document["score"] = sum(score for score in scores if score is not None)
        document["execution_time"] = round(sum(result.seconds for result in report.results), 3)
        document["output"] = "\n\n".join(map(_output, report.results)) or "Nothing was judged."
        document["output_format"] = "md"
        document["stdout_visibility"] = "hidden"
        tests = (test for result in report.results for test in _tests(result))
        return written(document, "tests", tests)


def _output(result: SubmissionResult) -> str:
    title = f"{markup.text(result.submission)}: **{result.verdict}**"
    ours = [_NO_SCORE] if result.score is None else []
    part = [f"**{result.part}**"] if result.part else []
    rule = [] if result.rubric is None else [markup.items(result.rubric.rule)]
    return "\n\n".join((title, *part, *points(result), *rule, *ours, *explained(result)))


def _tests(result: SubmissionResult) -> Iterator[dict[str, Any]]:
    if not result.cases:
        worth = {"score": 0, "max_score": result.points} if result.score is not None else {}
        yield {
            "name": "submission",
            **worth,
            "status": "failed",
            "output": markup.prose(result.message or str(result.verdict)),
            "output_format": "md",
            "visibility": "visible",
        }
    for case, share in zip(result.cases, shares(result), strict=True):
        yield _test(disclosed(case), share, result)


def _test(case: CaseResult, share: Share, result: SubmissionResult) -> dict[str, Any]:
    ours = case.verdict is Verdict.JUDGE_ERROR
    return {
        "name": escape(case.name),
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
    if case.visibility == "public" and case.error is not None and "off by" not in case.message:
        yield markup.text(f"Off by {in_tolerances(case)} tolerances, and 1 is allowed.")
    if case.verdict is not Verdict.ACCEPTED:
        named = dict.fromkeys(_named(finding, result) for finding in findings_about(case, result.findings))
        if named:
            yield f"See {'; '.join(named)}."


def _named(finding: Finding, result: SubmissionResult) -> str:
    where = "" if finding.line is None else f", {result.line_name(finding.line)}"
    return f"{markup.text(finding.pitfall)}{where}"
