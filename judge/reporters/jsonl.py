"""`--format jsonl`: one JSON document a line, written while the run goes on.

The head and the last line together have the keys of judge-result/v1 except `results`. What the head
can't know yet is null there, and `complete` is false: so a stream that was cut off says so itself.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from judge.report import Report, RunHead, SubmissionResult
from judge.reporters.base import StreamReporter
from judge.reporters.json import dumped, submission, summary

SCHEMA = "judge-run/v1"


class JsonlReporter(StreamReporter):
    """The lines of a run; `head`, `line` and `tail` are for those who write them as they come."""

    filename: ClassVar[str] = "report.jsonl"

    def head(self, head: RunHead) -> str:
        """The first line: what is known before the first result."""
        return _line(
            {
                "schema": SCHEMA,
                "judge_version": head.judge_version,
                "entropy": head.entropy,
                "complete": False,
                "exit_code": None,
                "environment": dict(head.environment),
                "summary": None,
            }
        )

    def line(self, result: SubmissionResult) -> str:
        """One entry of `results`."""
        return _line(submission(result, flow=self.view.flow))

    def tail(self, report: Report) -> str:
        """The last line: how the run ended."""
        return _line({"complete": report.complete, "exit_code": report.exit_code, "summary": summary(report)})


def _line(document: Mapping[str, Any]) -> str:
    return dumped(document) + "\n"
