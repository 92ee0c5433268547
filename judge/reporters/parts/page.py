"""The parts of the console report, top to bottom. Learner text is escaped here and never read as markup."""

import math
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.console import RenderableType
from rich.text import Text

from judge.cells import address
from judge.finding import Finding, Severity
from judge.flow.listing import render
from judge.report import CaseResult, SubmissionResult
from judge.reporters.base import View, disclosed, line_to_show
from judge.reporters.parts.ci_commands import GUTTER, behind
from judge.reporters.parts.escape import escape, escape_lines, shortened
from judge.reporters.parts.frame import Frame, calls, marked
from judge.reporters.parts.messages import Said, is_told, once
from judge.reporters.parts.numbers import graded_text, in_tolerances, seconds_text
from judge.reporters.parts.rubric_text import points_line
from judge.verdict import Verdict

INDENT = 2
SHOWN_MESSAGES = 3  # further failing cases are counted, not told
SHOWN_NUMBERS = 4
SHOWN_PRINTS = 20  # lines of stdout or stderr
SHOWN_EXCEPTION = 8  # lines of an exception's message
SHORTER = {"error (tolerances)": "error (tol.)"}
COLUMNS = ("case", "verdict", "error (tolerances)", "time", "CPU", "memory")
GAP, NARROW_GAP = "   ", "  "
MIN_NAME = 8  # columns; what doesn't fit then folds

STYLES = {
    Verdict.ACCEPTED: "bold green",
    Verdict.PITFALL: "bold yellow",
    Verdict.JUDGE_ERROR: "bold magenta",
}


def style_verdict(result: SubmissionResult) -> Text:
    """The header: which file, which verdict, which score."""
    return Text.assemble(
        (escape(result.submission), "bold"),
        ": ",
        (str(result.verdict), STYLES.get(result.verdict, "bold red")),
        f", {graded_text(result)}",
        overflow="fold",
    )


def is_brief(result: SubmissionResult, view: View, *, alone: bool) -> bool:
    """Whether the verdict is all that is said: an accepted submission among others, without findings."""
    told = result.findings or view.flow or view.verbosity > 0
    return not alone and result.verdict is Verdict.ACCEPTED and not result.unread and not told


def body(result: SubmissionResult, view: View, *, alone: bool) -> Iterator[RenderableType]:
    """What happened and why, in the order in which a learner wants to know.

    Args:
        alone: no other submission was judged.
    """
    if result.message:
        yield folded(result.message)
    yield from unread_note(result, view)
    yield from (folded(f"note: {shortened(note)}") for note in result.notes)
    if result.verdict is Verdict.JUDGE_ERROR:
        yield Text("This is not your fault and costs no points: tell whoever set the exercise.")
    yield from points(result, view)
    cases = [disclosed(case) for case in result.cases]
    if cases:
        yield ""
        yield case_table(cases, view)
    yield from case_messages(result, cases, view)
    yield from message_frame(result, view)
    yield from exception_frame(result, view)
    for finding in sorted(result.findings, key=lambda finding: finding.line or math.inf):
        yield from finding_frame(finding, result, view)
    yield from annotated(result, view)
    if result.verdict is not Verdict.ACCEPTED or alone or view.verbosity > 0:
        yield from printed("stdout", result.capture.stdout, result.capture.stdout_truncated, view)
        yield from printed("stderr", result.capture.stderr, result.capture.stderr_truncated, view)


def points(result: SubmissionResult, view: View) -> Iterator[RenderableType]:
    """What a rubric gives; when verbose the rubric too."""
    if result.rubric is not None:
        yield folded(points_line(result), "bold")
        for sentence in result.rubric.rule if view.verbosity > 0 else ():
            yield folded(f"- {sentence}", "dim")


def case_table(cases: list[CaseResult], view: View) -> Text:
    """One row a case: name, verdict, error in tolerances, time; when verbose CPU time and memory too.

    It is lines of text: rich's own Table takes ten times as long, which a class of a thousand feels.
    """
    columns: tuple[str, ...] = COLUMNS if view.verbosity > 0 else COLUMNS[:4]
    rows = [_cells(case)[: len(columns)] for case in cases]
    columns, gap = _fitting(columns, rows, view.width - INDENT)
    widths = _widths(columns, rows)
    room = view.width - INDENT - sum(widths[1:]) - len(gap) * (len(widths) - 1)
    widths[0] = min(widths[0], max(room, MIN_NAME))
    lines = [Text(_row(columns, widths, gap), style="dim")]
    for case, row in zip(cases, rows, strict=True):
        first, *further = chop_cells(row[0], widths[0]) or [""]
        line = Text(_row((first, *row[1:]), widths, gap))
        begin = widths[0] + len(gap)
        line.stylize(STYLES.get(case.verdict, "bold red"), begin, begin + len(row[1]))
        lines += [line, *map(Text, further)]
    fits = widths[0] <= room
    return Text("\n", no_wrap=fits, overflow="ignore" if fits else "fold").join(lines)


def _fitting(
    columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], width: int
) -> tuple[tuple[str, ...], str]:
    """Headings and gap: shorter ones where the table is too wide, and only then."""
    if sum(_widths(columns, rows)) + len(GAP) * (len(columns) - 1) <= width:
        return columns, GAP
    return tuple(SHORTER.get(column, column) for column in columns), NARROW_GAP


def _widths(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(columns, *rows, strict=True)]


def _cells(case: CaseResult) -> tuple[str, ...]:
    memory = case.peak_memory_mib
    return (
        escape(case.name),
        str(case.verdict),
        in_tolerances(case),
        seconds_text(case.seconds),
        seconds_text(case.cpu_seconds),
        "-" if memory is None else f"{memory:.0f} MiB",
    )


def _row(cells: Sequence[str], widths: Sequence[int], gap: str) -> str:
    """Names and verdicts to the left, numbers to the right of their columns."""
    blanks = [" " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
    name, verdict, *numbers = zip(cells, blanks, strict=True)
    return gap.join((*map("".join, (name, verdict)), *(f"{blank}{cell}" for cell, blank in numbers)))


def case_messages(result: SubmissionResult, cases: list[CaseResult], view: View) -> Iterator[RenderableType]:
    """What the single cases have to say beyond the submission's own message, each sentence once."""
    if view.verbosity > 0:
        shown = told = [Said(case, 0) for case in cases if case.visibility == "public"]
    else:
        told = [said for said in once(cases) if not is_told(said, result)]
        shown = told[:SHOWN_MESSAGES]
    if shown:
        yield ""
    for said in shown:
        text = f": {escape(said.case.message or _numbers(said.case))}"
        yield Text.assemble((said.who, "bold"), text, overflow="fold")
    if len(told) > len(shown):
        yield Text(f"... and {len(told) - len(shown)} more (-v tells all)", style="dim")


def message_frame(result: SubmissionResult, view: View) -> Iterator[RenderableType]:
    """The line that the message names."""
    line = line_to_show(result)
    frame = Frame(result.source, view.width - INDENT, [line], result.cells)
    if line is not None and line in frame.numbers:
        yield ""
        yield frame.arrow(address(escape(result.submission), line, result.cells))
        yield from marked(frame, line, line, (None, None), "bold red")


def exception_frame(result: SubmissionResult, view: View) -> Iterator[RenderableType]:
    """The exception with the learner's own lines of its traceback."""
    exception = result.exception
    if exception is None:
        return
    frame = Frame(result.source, view.width - INDENT, exception.lines, result.cells)
    lines = escape_lines(exception.message.strip("\n"))
    yield ""
    if len(lines) > 1 or lines[0] not in escape(result.message):  # said above already
        title = lines[0] if view.verbosity > 0 else shortened(lines[0])
        yield Text.assemble((escape(exception.type), "bold red"), f": {title}", overflow="fold")
    limit = len(lines) if view.verbosity > 0 else SHOWN_EXCEPTION
    if result.help is not None and view.verbosity <= 0:  # the library's own advice is for another reader
        limit, lines = 1, lines[:1]
    for line in lines[1:limit]:
        yield from behind_gutter(line if view.verbosity > 0 else shortened(line), view)
    if len(lines) > limit:
        yield Text(f"... and {len(lines) - limit} more lines (-v shows them)", style="dim")
    if exception.line is not None:
        yield frame.arrow(address(escape(result.submission), exception.line, result.cells))
    yield from calls(frame)
    if result.help is not None and result.help not in result.message:
        yield frame.note("help", escape(result.help))


def finding_frame(finding: Finding, result: SubmissionResult, view: View) -> Iterator[RenderableType]:
    """One finding: the fact, the line, the remedy, and where to read more."""
    style = "bold red" if finding.severity is Severity.ERROR else "bold yellow"
    frame = Frame(result.source, view.width - INDENT, [finding.line, finding.end_line], result.cells)
    yield ""
    yield Text.assemble(
        (f"{finding.severity}[{escape(finding.pitfall)}]", style), (f": {escape(finding.message)}", "bold")
    )
    if finding.line is not None:
        yield frame.arrow(address(escape(result.submission), finding.line, result.cells, finding.column))
    yield from marked(frame, finding.line, finding.end_line, (finding.column, finding.end_column), style)
    if finding.cases and set(finding.cases) < {case.name for case in result.cases}:
        yield frame.note("cases", escape(", ".join(finding.cases)))
    yield frame.note("help", escape(finding.help))
    if view.explain:
        yield frame.note("more", f"judge explain {escape(finding.pitfall)}")


def annotated(result: SubmissionResult, view: View) -> Iterator[RenderableType]:
    """The source with what each line computes in, where it was asked for."""
    if view.flow and result.flow.listing is not None and result.source is not None:
        text = render(result.flow.listing, result.source, result.findings, result.cells)
        yield ""
        for line in escape_lines(text.removesuffix("\n")):
            if line.startswith("     = "):
                yield Text(line, overflow="fold")
            else:
                yield Text(line, no_wrap=True, overflow="ignore")


def unread_note(result: SubmissionResult, view: View) -> Iterator[RenderableType]:
    """That the program could not be read, where there were numbers to judge in its place."""
    if result.unread and result.unread not in result.message:
        yield folded(f"note: {shortened(result.unread)}")
    elif view.verbosity > 0 and result.flow.reason is not None and not result.unread:
        yield folded(f"note: the program was not read: {shortened(result.flow.reason)}", "dim")


def printed(stream: str, text: str, truncated: bool, view: View) -> Iterator[RenderableType]:  # noqa: FBT001 -- a fact
    """What the submission printed, indented, the rest counted."""
    if not text.strip() and not truncated:
        return
    lines = escape_lines(text.removesuffix("\n"))
    limit = len(lines) if view.verbosity > 0 else SHOWN_PRINTS
    yield ""
    yield Text(f"printed to {stream}:", style="dim")
    for line in lines[:limit]:
        text = line if view.verbosity > 0 else shortened(line)
        yield from behind_gutter(text, view, INDENT)
    if len(lines) > limit:
        yield Text(f"... and {len(lines) - limit} more lines (-v shows them)", style="dim")
    if truncated:
        yield Text("... and more that was not kept: too much was printed", style="dim")


def behind_gutter(line: str, view: View, indent: int = 0) -> Iterator[Text]:
    """A line that a submission wrote, folded, behind the gutter."""
    for part in chop_cells(line, view.width - INDENT - indent - len(GUTTER)) or [""]:
        yield Text(" " * indent + behind(part).rstrip(), no_wrap=True, overflow="ignore")


def folded(text: str, style: str = "") -> Text:
    """Learner text in one paragraph."""
    return Text(escape(text, keep="\n"), style=style, overflow="fold")


def _numbers(case: CaseResult) -> str:
    """Both sides of a case that passes: the first few numbers of each."""
    expected, actual = (
        ", ".join(f"{number:.6g}" for number in (side or ())[:SHOWN_NUMBERS])
        for side in (case.expected, case.actual)
    )
    return f"expected {expected or 'nothing'}, got {actual or 'nothing'}"
