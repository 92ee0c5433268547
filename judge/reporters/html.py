"""`--report html=PATH`: pages for the browser, without anything from elsewhere.

A run of one submission is that learner's page; a run of several is a table, with each learner's page in it.
Into a folder goes the table, and each learner's page by itself, so that it can be handed on.
"""

from collections.abc import Iterator
from typing import ClassVar

import htpy
from htpy import Node, Renderable

from judge.pages.document import document, pieces
from judge.pages.file_names import page_path
from judge.pages.learner import STYLE, learner_fragment, learner_page
from judge.pages.words import badge, score
from judge.report import Report, SubmissionResult
from judge.reporters.base import Reporter
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import seconds_text


class HtmlReporter(Reporter):
    """One page, or a folder of them."""

    filename: ClassVar[str] = "report.html"
    further_files: ClassVar[tuple[str, ...]] = ("index.html",)
    wants_flow: ClassVar[bool] = True

    def parts(self, report: Report) -> Iterator[str]:
        """All of the run in one page."""
        return pieces(self._page(report, in_folder=False))

    def files(self, report: Report) -> Iterator[tuple[str, Iterator[str]]]:
        """A page for each learner, then the page of the run under both of its names."""
        for number, result in enumerate(report.results, start=1):
            page = learner_page(result, report.head, self.view)
            yield page_path(number, result.submission), pieces(page)
        for name in (self.filename, *self.further_files):
            yield name, pieces(self._page(report, in_folder=True))

    def _page(self, report: Report, *, in_folder: bool) -> Renderable:
        if len(report.results) == 1:
            (result,) = report.results
            return learner_page(result, report.head, self.view)
        return _overview(report, in_folder=in_folder)


def _overview(report: Report, *, in_folder: bool) -> Renderable:
    """A table of all submissions, each with a link to its page in the folder or below the table."""
    return document(
        "judge report",
        header=htpy.h1["judge report"],
        main=_overview_body(report, in_folder=in_folder),
        footer=htpy.p[f"judge {escape(report.judge_version)}, entropy {report.entropy}"],
        styles=(STYLE,),
    )


def _overview_body(report: Report, *, in_folder: bool) -> Iterator[Node]:
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in reversed([*report.verdicts.items()]))
    yield htpy.p[f"Submissions: {len(report.results)}. {verdicts}{report.caveats}"]
    if not report.complete:
        yield htpy.p(class_="bad")["Interrupted: what was not finished is missing here."]
    heads = (htpy.th(scope="col")[head] for head in ("submission", "verdict", "score", "time"))
    numbered = enumerate(report.results, start=1)
    yield htpy.table[
        htpy.thead[htpy.tr[heads]],
        htpy.tbody[(_row(result, number, in_folder=in_folder) for number, result in numbered)],
    ]
    if not in_folder:
        for number, result in enumerate(report.results, start=1):
            yield htpy.details[htpy.summary[escape(result.submission)], learner_fragment(result, number)]


def _row(result: SubmissionResult, number: int, *, in_folder: bool) -> Renderable:
    link = page_path(number, result.submission) if in_folder else f"#s{number}"
    return htpy.tr[
        htpy.td[htpy.a(href=link)[escape(result.submission)]],
        htpy.td[badge(result.verdict)],
        htpy.td(class_="number")[score(result)],
        htpy.td(class_="number")[seconds_text(result.seconds)],
    ]
