"""`--format console`: what a learner reads in the terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from judge.report import Report
from judge.reporters.base import Reporter
from judge.reporters.parts.ci_commands import guarded

if TYPE_CHECKING:
    from rich.console import RenderableType


class ConsoleReporter(Reporter):
    """Text in `view.width` columns, plain or with ANSI colours; ASCII but for what learners wrote."""

    filename: ClassVar[str] = "report.txt"

    def parts(self, report: Report) -> Iterator[str]:
        """Every submission with its cases and findings, then the summary line."""
        from judge.reporters.parts import overview  # noqa: PLC0415 -- rich takes 50 ms

        if self.view.verbosity < 0:
            for result in report.results:
                yield guarded(overview.line(result, self.view.width)) + "\n"
            return
        from judge.reporters.parts import page, summary  # noqa: PLC0415 -- as above

        alone = len(report.results) == 1
        one_line = False
        for result in report.results:
            if one_line and not page.is_brief(result, self.view, alone=alone):
                yield "\n"
            one_line = page.is_brief(result, self.view, alone=alone)
            if one_line:
                yield self._text([overview.accepted(result, self.view.width)])
                continue
            yield self._text([page.style_verdict(result)])
            yield self._text([*page.body(result, self.view, alone=alone)], page.INDENT)
            yield "\n"
        if one_line:
            yield "\n"
        if len(report.results) > 1:
            yield self._text([*overview.overview(report, self.view)])
        yield self._text([*summary.ending(report, self.view)])

    def _text(self, printed: "Sequence[RenderableType]", indent: int = 0) -> str:
        from judge.reporters.parts.terminal_text import terminal_text  # noqa: PLC0415 -- as above

        return terminal_text(printed, width=self.view.width, color=self.view.color, indent=indent)
