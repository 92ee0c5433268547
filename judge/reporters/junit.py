"""`--format junit`: JUnit XML, for GitLab, Jenkins, Azure and CircleCI."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar
from xml.etree import ElementTree as ET

from judge.finding import Finding
from judge.report import CaseResult, Report, Results, SubmissionResult
from judge.reporters.base import Reporter, disclosed, findings_about
from judge.reporters.parts.ci_commands import behind, guarded
from judge.reporters.parts.escape import escape, escape_lines
from judge.reporters.parts.rubric_text import points_line
from judge.verdict import Verdict


class JunitReporter(Reporter):
    """A suite for each problem, a test case for each case of each submission."""

    filename: ClassVar[str] = "junit.xml"

    def parts(self, report: Report) -> Iterator[str]:
        """The document; a submission that can't be run is one test case named `submission`."""
        everything, suites = _counted(report.results)
        root = ET.Element("testsuites", name="judge", time=_time(report.seconds))
        everything.put_into(root)
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n{_opened(root)}\n'
        for problem, counts in suites.items():
            yield f"  {_opened(self._suite(problem, counts))}\n"
            for result in report.results:
                if result.problem == problem:
                    yield from map(_written, _test_cases(result))
            yield "  </testsuite>\n"
        yield "</testsuites>\n"

    def _suite(self, problem: str, counts: "_Counts") -> ET.Element:
        suite = ET.Element("testsuite", name=escape(problem))
        if self.view.now is not None:
            suite.set("timestamp", self.view.now.isoformat(timespec="seconds"))
        counts.put_into(suite)
        suite.set("time", _time(counts.seconds))
        return suite


@dataclass(slots=True)
class _Counts:
    """What is said of a suite before its test cases."""

    tests: int = 0
    failures: int = 0
    errors: int = 0
    seconds: float = 0.0

    def add(self, result: SubmissionResult) -> None:
        kinds = Counter(map(_kind, [case.verdict for case in result.cases] or [result.verdict]))
        self.tests += kinds.total()
        self.failures += kinds["failure"]
        self.errors += kinds["error"]
        self.seconds += result.seconds

    def put_into(self, element: ET.Element) -> None:
        for name in ("tests", "failures", "errors"):
            element.set(name, str(getattr(self, name)))


def _counted(results: Results) -> tuple[_Counts, dict[str, _Counts]]:
    """All of a run, and by problem."""
    everything = _Counts()
    suites: dict[str, _Counts] = {}
    for result in results:
        everything.add(result)
        suites.setdefault(result.problem, _Counts()).add(result)
    return everything, suites


def _kind(verdict: Verdict) -> str:
    """What JUnit calls it."""
    if verdict is Verdict.ACCEPTED:
        return "passed"
    return "failure" if verdict in (Verdict.WRONG_ANSWER, Verdict.PITFALL) else "error"


def _opened(element: ET.Element) -> str:
    """The tag that begins an element."""
    text = ET.tostring(element, encoding="unicode", short_empty_elements=False)
    return text.removesuffix(f"</{element.tag}>")


def _written(test: ET.Element) -> str:
    ET.indent(test, level=2)
    return f"    {ET.tostring(test, encoding='unicode')}\n"


def _test_cases(result: SubmissionResult) -> Iterator[ET.Element]:
    cases = [disclosed(case) for case in result.cases] or [_whole(result)]
    tests = [_test_case(case, result) for case in cases]
    failed = next((test for test in tests if len(test)), None)
    if failed is not None:  # what was printed is kept for all cases together
        _printed(failed, "system-out", result.capture.stdout)
        _printed(failed, "system-err", result.capture.stderr)
    marks = {"part": result.part, "flow": result.unread, "points": points_line(result)}
    for test in tests if any(marks.values()) else ():
        properties = ET.Element("properties")
        for name, value in marks.items():
            if value:
                ET.SubElement(properties, "property", name=name, value=guarded(escape(value)))
        test.insert(0, properties)
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
        line=result.line,
    )


def _test_case(case: CaseResult, result: SubmissionResult) -> ET.Element:
    place = f"{result.problem}.{result.submission}"
    test = ET.Element("testcase", classname=escape(place), name=guarded(escape(case.name)))
    if case.seconds is not None:
        test.set("time", _time(case.seconds))
    test.set("file", guarded(escape(result.submission)))
    findings = findings_about(case, result.findings)
    line = _line(case, findings)
    if line is not None and not result.cells:  # a notebook's file has other lines
        test.set("line", str(line))
    if case.verdict is not Verdict.ACCEPTED:
        fault = ET.SubElement(test, _kind(case.verdict), type=str(case.verdict))
        fault.set("message", guarded(escape(case.message or str(case.verdict))))
        fault.text = "\n".join(map(guarded, _told(case, findings, result)))
    return test


def _told(case: CaseResult, findings: Iterable[Finding], result: SubmissionResult) -> Iterator[str]:
    yield from escape_lines(case.message or str(case.verdict))
    for finding in findings:
        where = "" if finding.line is None else f" ({result.line_name(finding.line)})"
        yield escape(f"{finding.severity}[{finding.pitfall}]{where}: {finding.message}")
        yield escape(f"  help: {finding.help}")


def _line(case: CaseResult, findings: Iterable[Finding]) -> int | None:
    """Where an editor should jump to; nothing for hidden cases and for those that pass."""
    if case.verdict is Verdict.ACCEPTED or case.visibility == "hidden":
        return None
    lines = [finding.line for finding in findings if finding.line is not None]
    about_numbers = case.verdict in (Verdict.WRONG_ANSWER, Verdict.PITFALL)
    return min(lines, default=case.line) if about_numbers else case.line


def _printed(test: ET.Element, tag: str, text: str) -> None:
    if text.strip():
        ET.SubElement(test, tag).text = "\n".join(map(behind, escape_lines(text.removesuffix("\n"))))


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
