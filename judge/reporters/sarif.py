"""`--format sarif`: SARIF 2.1.0, for GitHub code scanning and for editors."""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from judge.report import Report
from judge.reporters.base import Reporter
from judge.reporters.json import dumped
from judge.reporters.parts.escape import escape
from judge.reporters.parts.remarks import NOT_READ, Remark, remarks, worst
from judge.verdict import Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SHOWN = 5000  # GitHub shows no more of one file
PAGES = "JUDGE_PITFALL_PAGES"  # the variable that has the address of docs/pitfalls.md, where it is on the web
_OTHERS = {
    **dict.fromkeys(map(str, Verdict), "The verdict of a submission."),
    NOT_READ: "A program that gave numbers, and could not be read.",
}


class SarifReporter(Reporter):
    """One run of one tool: a rule for each pitfall or verdict, a result for each remark, the worst first."""

    filename: ClassVar[str] = "report.sarif"

    def parts(self, report: Report) -> Iterator[str]:
        """The document, in ASCII."""
        levels, _ = worst(remarks(report), SHOWN)
        shown = [remark for level in levels.values() for remark in level][:SHOWN]
        rules = sorted({remark.rule: remark for remark in reversed(shown)}.items())
        index = {rule: number for number, (rule, _) in enumerate(rules)}
        driver = {
            "name": "judge",
            "semanticVersion": report.judge_version,
            "rules": [_rule(remark, self.view.environ.get(PAGES, "")) for _, remark in rules],
        }
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [_invocation(report)],
            "results": _results(shown, index),
        }
        document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        yield dumped(document, indent=2) + "\n"


def _invocation(report: Report) -> dict[str, Any]:
    """How the run ended, and what its scores are not."""
    found = {"executionSuccessful": report.complete and report.exit_code in (0, 1)}
    parts = sorted({result.part for result in report.results if result.part})
    notes = [{"level": "note", "message": {"text": part}} for part in parts]
    return {**found, "toolExecutionNotifications": notes} if notes else found


def _rule(remark: Remark, pages: str) -> dict[str, Any]:
    words = remark.rule.replace("-", " ").replace("_", " ")
    more = _OTHERS.get(remark.rule, f"More: judge explain {remark.rule}")
    return {
        "id": escape(remark.rule),
        "shortDescription": {"text": escape(words)},
        "fullDescription": {"text": escape(f"{words[:1].upper()}{words[1:]}.")},
        "help": {"text": escape(more)},
        "helpUri": _page(remark.rule, "" if remark.rule in _OTHERS else pages),
        "defaultConfiguration": {"level": str(remark.severity)},
    }


def _page(rule: str, pages: str) -> str:
    """Where the pitfall's page is; a name that is no address where that isn't known."""
    name = quote(escape(rule))
    return f"{pages}#{name}" if pages else f"urn:judge:rule:{name}"


def _results(shown: Sequence[Remark], index: dict[str, int]) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = []
    for remark in shown:
        digest = _digest(remark)
        seen[digest] += 1
        results.append(
            {
                "ruleId": escape(remark.rule),
                "ruleIndex": index[remark.rule],
                "level": str(remark.severity),
                "message": {"text": escape(remark.text)},
                "locations": [{"physicalLocation": _place(remark)}],
                "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{seen[digest]}"},
                **_in_notebook(remark),
            }
        )
    return results


def _in_notebook(remark: Remark) -> dict[str, Any]:
    """The line of a cell, which no region can tell."""
    if remark.cell is None:
        return {}
    cell, line = remark.cell
    return {"properties": {"cell": cell, "cellLine": line}}


def _place(remark: Remark) -> dict[str, Any]:
    region = {"startLine": remark.line or 1}
    if remark.line is not None and remark.end_line is not None and remark.end_line >= remark.line:
        region["endLine"] = remark.end_line
    if remark.line is not None and remark.column is not None and remark.column >= 1:
        region["startColumn"] = remark.column
        if remark.end_column is not None and "endLine" in region:
            several = remark.end_line != remark.line
            if several or remark.end_column > remark.column:
                region["endColumn"] = remark.end_column
    return {"artifactLocation": {"uri": uri(remark.submission)}, "region": region}


def uri(path: str) -> str:
    """A path as a relative reference: `/` between its parts, what a URI can't hold percent-encoded."""
    normal = posixpath.normpath(path.replace("\\", "/"))
    return quote(normal.lstrip("/").encode("utf-8", "backslashreplace"))


def _digest(remark: Remark) -> str:
    """What stays the same when lines are added above: file, rule and the text of the line."""
    parts = f"{remark.submission}\0{remark.rule}\0{remark.code}"
    return hashlib.sha256(parts.encode("utf-8", "backslashreplace")).hexdigest()[:16]
