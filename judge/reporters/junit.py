"""`--format junit`: JUnit XML, for GitLab, Jenkins, Azure and CircleCI."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar
from xml.etree import ElementTree as ET

from judge.finding import Finding
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import View, disclosed, findings_about
from judge.reporters.escape import escape, escape_lines
from judge.reporters.remarks import raised_at
from judge.verdict import Verdict

_FAILURES = {Verdict.WRONG_ANSWER: "failure", Verdict.PITFALL: "failure"}  # the others are errors


@dataclass(frozen=True, slots=True)
class JunitReporter:
    """A suite for each problem, a test case for each case of each submission."""

    view: View = field(default_factory=View)
    filename: ClassVar[str] = "junit.xml"

    def render(self, report: Report) -> str:
        """The document; a submission that can't be run is one test case named `submission`."""
        root = ET.Element("testsuites", name="judge", time=_time(report.seconds))
        for problem in dict.fromkeys(result.problem for result in report.results):
            root.append(_suite(problem, [one for one in report.results if one.problem == problem], self.view))
        _count(root, [*root])
        ET.indent(root)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(problem: str, results: Iterable[SubmissionResult], view: View) -> ET.Element:
    suite = ET.Element("testsuite", name=escape(problem))
    if view.now is not None:
        suite.set("timestamp", view.now.isoformat(timespec="seconds"))
    seconds = 0.0
    for result in results:
        seconds += result.seconds
        suite.extend(_test_cases(result))
    kinds = Counter(child.tag for test in suite for child in test)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(kinds["failure"]))
    suite.set("errors", str(kinds["error"]))
    suite.set("time", _time(seconds))
    return suite


def _count(root: ET.Element, suites: list[ET.Element]) -> None:
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))


def _test_cases(result: SubmissionResult) -> Iterator[ET.Element]:
    cases = [disclosed(case) for case in result.cases] or [_whole(result)]
    tests = [_test_case(case, result) for case in cases]
    failed = next((test for test in tests if len(test)), None)
    if failed is not None:  # what was printed is kept for all cases together
        _printed(failed, "system-out", result.capture.stdout)
        _printed(failed, "system-err", result.capture.stderr)
    yield from tests


def _whole(result: SubmissionResult) -> CaseResult:
    """The one case of a submission that has none."""
    return CaseResult(
        name="submission",
        verdict=result.verdict,
        visibility="public",
        weight=1.0,
        seconds=result.seconds,
        message=result.message,
    )


def _test_case(case: CaseResult, result: SubmissionResult) -> ET.Element:
    test = ET.Element(
        "testcase",
        classname=escape(f"{result.problem}.{result.submission}"),
        name=escape(case.name),
        time=_time(case.seconds),
        file=escape(result.submission),
    )
    findings = findings_about(case, result.findings)
    line = _line(case, findings, result)
    if line is not None:
        test.set("line", str(line))
    if case.verdict is not Verdict.ACCEPTED:
        fault = ET.SubElement(test, _FAILURES.get(case.verdict, "error"), type=str(case.verdict))
        fault.set("message", escape(case.message or str(case.verdict)))
        fault.text = "\n".join(_told(case, findings))
    return test


def _told(case: CaseResult, findings: Iterable[Finding]) -> Iterator[str]:
    yield from escape_lines(case.message or str(case.verdict))
    for finding in findings:
        where = "" if finding.line is None else f" (line {finding.line})"
        yield escape(f"{finding.severity}[{finding.pitfall}]{where}: {finding.message}")
        yield escape(f"  help: {finding.help}")


def _line(case: CaseResult, findings: Iterable[Finding], result: SubmissionResult) -> int | None:
    """Where an editor should jump to; nothing for hidden cases and for those that pass."""
    if case.verdict is Verdict.ACCEPTED or case.visibility == "hidden":
        return None
    lines = [finding.line for finding in findings if finding.line is not None]
    raised = raised_at(result, case.verdict)
    return min(lines, default=None) if raised is None else raised


def _printed(test: ET.Element, tag: str, text: str) -> None:
    if text.strip():
        ET.SubElement(test, tag).text = "\n".join(escape_lines(text.removesuffix("\n")))


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
