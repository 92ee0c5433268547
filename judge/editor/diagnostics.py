"""What a result has to say about lines, as the editor marks it."""

from collections.abc import Iterator, Mapping

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    Location,
    Range,
)

from judge.editor.lines import Lines
from judge.finding import Severity
from judge.report import SubmissionResult
from judge.reporters.parts.escape import escape, shortened
from judge.reporters.parts.remarks import NOT_READ, Remark, of_submission
from judge.verdict import Verdict

SOURCE = "judge"
MOST = 100  # diagnostics of one document
MOST_CHARACTERS = 2000  # of a message
MOST_FRAMES = 20
_SEVERITIES = {Severity.ERROR: DiagnosticSeverity.Error, Severity.WARNING: DiagnosticSeverity.Warning}


def diagnostics(
    result: SubmissionResult, lines: Lines, *, uri: str, entry_point: str, pages: Mapping[str, str]
) -> list[Diagnostic]:
    """One for each finding, and for a verdict that no finding explains.

    Args:
        lines: of the text that was judged. uri: the document's.
        entry_point: what is said of no line is said where this is defined.
        pages: where the page of each pitfall is that was found.
    """
    found = []
    for remark in of_submission(result):
        of_verdict = remark.rule == str(result.verdict)
        found.append(
            Diagnostic(
                range=_range(remark, lines, entry_point),
                severity=_severity(remark),
                code=remark.rule,
                code_description=CodeDescription(href=pages[remark.rule]) if remark.rule in pages else None,
                source=SOURCE,
                message=_message(remark, result.help if of_verdict else None),
                related_information=list(_frames(result, lines, uri)) if of_verdict else None,
            )
        )
    return found[:MOST]


def notice(message: str, lines: Lines, line: int = 1, *, is_fault: bool = False) -> Diagnostic:
    """Something that keeps a document from being judged."""
    return Diagnostic(
        range=lines.range(line),
        severity=DiagnosticSeverity.Warning if is_fault else DiagnosticSeverity.Information,
        code="not-judged",
        source=SOURCE,
        message=shortened(escape(message, keep="\n"), MOST_CHARACTERS),
    )


def _range(remark: Remark, lines: Lines, entry_point: str) -> Range:
    line = remark.line or lines.definition(entry_point)
    if remark.line is None:
        return lines.range(line)
    return lines.range(line, remark.column, remark.end_line, remark.end_column)


def _severity(remark: Remark) -> DiagnosticSeverity:
    if remark.rule == NOT_READ:
        return DiagnosticSeverity.Information
    if remark.rule == str(Verdict.JUDGE_ERROR):  # which isn't the learner's
        return DiagnosticSeverity.Warning
    return _SEVERITIES[remark.severity]


def _message(remark: Remark, help_: str | None) -> str:
    remedy = remark.help or (help_ if help_ and help_ not in remark.message else "")
    told = [remark.message, f"help: {remedy}" if remedy else ""]
    return "\n".join(escape(shortened(part, MOST_CHARACTERS)) for part in told if part)


def _frames(result: SubmissionResult, lines: Lines, uri: str) -> Iterator[DiagnosticRelatedInformation]:
    """The learner's own lines of a traceback, outermost first."""
    frames = () if result.exception is None else result.exception.lines[-MOST_FRAMES:]
    for at, line in enumerate(frames, start=1):
        if line <= len(lines.lines) and len(frames) > 1:
            told = f"{type_of(result)} was raised here" if at == len(frames) else "called from here"
            yield DiagnosticRelatedInformation(
                location=Location(uri=uri, range=lines.range(line)), message=told
            )


def type_of(result: SubmissionResult) -> str:
    """The exception's type, safe to show."""
    return escape(shortened(result.exception.type, 80)) if result.exception is not None else "it"
