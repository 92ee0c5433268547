"""`--format json`: one document of the schema judge-result/v1."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from judge.cells import Cells, in_cell
from judge.finding import Finding
from judge.report import CaseResult, FlowFact, NearLimit, Report, RubricPoints, SubmissionResult
from judge.reporters.base import Reporter, disclosed
from judge.verdict import Verdict

SCHEMA = "judge-result/v1"


class JsonReporter(Reporter):
    """One strict JSON document in ASCII, so that no learner text can reach a terminal through it."""

    filename: ClassVar[str] = "report.json"

    def parts(self, report: Report) -> Iterator[str]:
        """The document, indented by two spaces, its results in the order of the run."""
        results = (submission(result, flow=self.view.flow) for result in report.results)
        return written(_outline(report), "results", results)


def written(outline: Mapping[str, Any], name: str, items: Iterable[Any]) -> Iterator[str]:
    """A document whose last member, the array `name`, is too long to be held: its items come one by one."""
    yield _indented({**outline, name: []}).removesuffix("]\n}")
    before, after = "\n    ", ""
    for item in items:
        yield before + _indented(item).replace("\n", "\n    ")
        before, after = ",\n    ", "\n  "
    yield f"{after}]\n}}\n"


def _indented(value: object) -> str:
    return dumped(value, indent=2)


def dumped(value: object, indent: int | None = None) -> str:
    r"""`value` as strict JSON in ASCII; the second `#` of `##`, which services obey, is written `\u0023`."""
    return json.dumps(strict(value), indent=indent, allow_nan=False).replace("##", r"#\u0023")


def _outline(report: Report) -> dict[str, Any]:
    """All that is told of the run besides its results."""
    return {
        "schema": SCHEMA,
        "judge_version": report.judge_version,
        "entropy": report.entropy,
        "complete": report.complete,
        "exit_code": report.exit_code,
        "environment": dict(report.environment),
        "summary": summary(report),
    }


def summary(report: Report) -> dict[str, Any]:
    """How many submissions got which verdict."""
    verdicts = report.verdicts
    return {
        "submissions": len(report.results),
        "accepted": verdicts.get(Verdict.ACCEPTED, 0),
        "verdicts": {str(verdict): count for verdict, count in verdicts.items()},
        "seconds": _seconds(report.seconds),
    }


def submission(result: SubmissionResult, *, flow: bool) -> dict[str, Any]:
    """One entry of `results`.

    Args:
        flow: with all of the flow that is known.
    """
    exception = result.exception
    capture = result.capture
    return {
        "submission": result.submission,
        "sha256": result.sha256,
        "problem": result.problem,
        "cases_sha256": result.cases_sha256,
        "verdict": str(result.verdict),
        "score": result.score,
        "max_score": result.max_score,
        **_part(result),
        "seconds": _seconds(result.seconds),
        **near_limit(result.near_limit),
        **_rubric(result.rubric),
        "message": result.message,
        "line": result.line,
        **_cell(result.line, result.cells),
        **_notebook(result),
        "exception": exception
        and {
            "type": exception.type,
            "message": exception.message,
            "line": exception.line,
            **_cell(exception.line, result.cells),
            "help": result.help,
        },
        "flow": _flow(result.flow, whole=flow),
        "findings": [_finding(finding, result.cells) for finding in sorted(result.findings, key=_place)],
        "cases": [_case(disclosed(case), result.cells) for case in result.cases],
        "stdout": capture.stdout,
        "stdout_truncated": capture.stdout_truncated,
        "stderr": capture.stderr,
        "stderr_truncated": capture.stderr_truncated,
    }


def strict(value: Any) -> Any:  # noqa: ANN401 -- plain data of any form
    """`value` without what strict JSON or its readers stumble over.

    Non-finite floats become "nan", "inf" and "-inf"; half surrogates, which no UTF-8 text can hold, are
    written out; tuples become lists.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, Mapping):
        return {strict(str(key)): strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    return value


def _case(case: CaseResult, cells: Cells) -> dict[str, Any]:
    return {
        "name": case.name,
        "verdict": str(case.verdict),
        "visibility": case.visibility,
        "weight": case.weight,
        "seconds": _seconds(case.seconds),
        "cpu_seconds": _seconds(case.cpu_seconds),
        "peak_memory_mib": None if case.peak_memory_mib is None else round(case.peak_memory_mib, 1),
        "limit": case.limit,
        "expected": case.expected,
        "actual": case.actual,
        "error": case.error,
        "tolerance": case.tolerance,
        "message": case.message,
        "line": case.line,
        **_cell(case.line, cells),
    }


def _finding(finding: Finding, cells: Cells) -> dict[str, Any]:
    return {
        "pitfall": finding.pitfall,
        "severity": str(finding.severity),
        "line": finding.line,
        "end_line": finding.end_line,
        "column": finding.column,
        "end_column": finding.end_column,
        **_cell(finding.line, cells),
        "message": finding.message,
        "help": finding.help,
        "evidence": str(finding.evidence),
        "cases": list(finding.cases),
    }


def _cell(line: int | None, cells: Cells) -> dict[str, Any]:
    """Where a line is in a notebook, if this is one's."""
    place = in_cell(line, cells)
    return {} if place is None else {"cell": place[0], "cell_line": place[1]}


def _notebook(result: SubmissionResult) -> dict[str, Any]:
    """Which lines which cell of a notebook has, and what of it was left out."""
    cells = [{"cell": cell.number, "line": cell.first, "lines": cell.lines} for cell in result.cells]
    return {**({"cells": cells} if cells else {}), **({"notes": list(result.notes)} if result.notes else {})}


def _part(result: SubmissionResult) -> dict[str, Any]:
    """How many cases were judged of how many, where not all were to be."""
    total = result.cases_total
    return {} if total is None else {"cases_judged": len(result.cases), "cases_total": total}


def near_limit(near: NearLimit | None) -> dict[str, Any]:
    """The limit that was nearly broken, where there is one."""
    return {} if near is None else {"near_limit": {"limit": near.limit, "share": near.share}}


def _rubric(points: RubricPoints | None) -> dict[str, Any]:
    """What a rubric gives, where there is one."""
    return {} if points is None else {"rubric": {"whole": points.whole, **asdict(points)}}


def _flow(flow: FlowFact, *, whole: bool) -> dict[str, Any]:
    """Whether the flow was read, and what it is where that was asked for, and not by another format alone."""
    listing = {} if flow.listing is None or not whole else {"listing": flow.listing}
    graph = {} if flow.graph is None or not whole else {"graph": flow.graph}
    needed = {} if flow.needed else {"needed": False}
    return {"available": flow.available, "reason": flow.reason, **needed, **listing, **graph}


def _place(finding: Finding) -> tuple[float, int]:
    """Sorts findings by line, those without a line last, equals in the order they were found."""
    return (math.inf if finding.line is None else finding.line, finding.column or 0)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
