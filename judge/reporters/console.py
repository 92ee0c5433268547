"""`--format console`: what a learner reads in the terminal."""

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from judge.report import Report
from judge.reporters.base import Reporter
from judge.reporters.parts.ci_commands import GUTTER, guarded, is_command

if TYPE_CHECKING:
    from rich.console import RenderableType


class ConsoleReporter(Reporter):
    """Text in `view.width` columns, plain or with ANSI colours; ASCII but for what learners wrote."""

    filename: ClassVar[str] = "report.txt"

    def parts(self, report: Report) -> Iterator[str]:
        """Every submission with its cases and findings, then the summary line."""
        from judge.reporters.parts import overview, page, summary  # noqa: PLC0415 -- rich takes 50 ms

        alone = len(report.results) == 1
        if self.view.verbosity < 0:
            for result in report.results:
                yield guarded(overview.line(result, self.view.width)) + "\n"
            return
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
        """What rich makes of these. The indent is ours: rich's Padding costs as much as all the rest.

        Lines that a service could take for commands have a gutter in the place of their indent; without
        an indent all is folded once more, so that there is room for it.
        """
        from rich.console import Console, Group  # noqa: PLC0415 -- as above

        buffer = io.StringIO()
        console = Console(
            file=buffer,
            width=self.view.width - indent,
            force_terminal=self.view.color,
            color_system="standard" if self.view.color else None,
            no_color=not self.view.color,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        console.print(Group(*printed), crop=False)  # a listing keeps its code lines whole
        lines = buffer.getvalue().split("\n")[:-1]
        if not indent and any(map(is_command, lines)):
            text = self._text(printed, len(GUTTER))
            rows = (line.removeprefix(" " * len(GUTTER)) for line in text.split("\n")[:-1])
            return "".join(f"{guarded(row)}\n" for row in rows)
        return "".join(guarded(" " * indent + line).rstrip() + "\n" for line in lines)
