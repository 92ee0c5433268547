"""What a learner is to do, one line each, with links to the lines: the first that is seen."""

import htpy
from htpy import Node, Renderable

from judge.cells import line_name
from judge.finding import Finding, Severity
from judge.pages.parts.place import Place
from judge.pages.parts.source_code import shown_findings
from judge.pages.words import prose
from judge.report import SubmissionResult
from judge.reporters.base import line_to_show
from judge.reporters.parts.escape import escape, shortened
from judge.verdict import Verdict

STYLE = """\
.message{font-size:1.05rem}
.fix{padding-left:1.4rem;margin:.3rem 0}
.fix li{margin:.35rem 0}
.fix .do{display:block;color:var(--quiet)}
"""
_WITH_HELP = 3  # so few that the remedies fit on the first screen, too
_NOT_YOURS = "This is not your fault and costs no points: tell whoever set the exercise."


def what_to_fix(result: SubmissionResult, place: Place) -> Node:
    """The message, and a list where there is something to fix."""
    findings = shown_findings(result)
    listed = [_item(finding, place, with_help=len(findings) <= _WITH_HELP) for finding in findings]
    explained = any(finding.severity is Severity.ERROR for finding in findings)
    told = any(finding.message in result.message for finding in findings)
    more = len(result.findings) - len(findings)
    return [
        None if told else _message(result, place),
        [htpy.p(class_="quiet")["Note: ", prose(shortened(note))] for note in result.notes],
        htpy.p[_NOT_YOURS] if result.verdict is Verdict.JUDGE_ERROR else None,
        listed
        and [
            place.heading("What to fix" if explained else "What could be better"),
            htpy.ol(class_="fix")[listed],
            htpy.p[f"and {more} more"] if more else None,
        ],
    ]


def _item(finding: Finding, place: Place, *, with_help: bool) -> Renderable:
    return htpy.li[
        None if finding.line is None else [place.line_link(finding.line), " "],
        htpy.strong[escape(finding.pitfall)],
        " (warning)" if finding.severity is Severity.WARNING else None,
        ": ",
        prose(shortened(finding.message)),
        [" ", htpy.span(class_="do")[prose(shortened(finding.help))]] if with_help and finding.help else None,
    ]


def _message(result: SubmissionResult, place: Place) -> Node:
    """The submission's own message, in which its line is a link."""
    line = line_to_show(result)
    if line is None and result.exception is not None:
        line = result.exception.line
    return [
        htpy.p(class_="message")[_with_link(shortened(result.message), line, place)],
        htpy.p[htpy.strong["Do: "], prose(shortened(result.help))]
        if result.help is not None and result.help not in result.message
        else None,
    ]


def _with_link(message: str, line: int | None, place: Place) -> Node:
    """The message with a link where it names the line, or after it."""
    if line is None or not place.has(line):
        return prose(message)
    before, named, after = message.partition(line_name(line, place.cells))
    if named and before.count("`") % 2 == 0 and not after[:1].isdigit():
        return [prose(before), place.line_link(line), prose(after)]
    return [prose(message), " (", place.line_link(line), ")"]
