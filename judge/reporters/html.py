"""`--report html=PATH`: pages for the browser, without anything from elsewhere.

A run of one submission is that learner's page; a run of several is the class's page, with learners' pages
in it. Into a folder goes the class's page, and each learner's page by itself, so that it can be handed on.
"""

from collections.abc import Iterator
from typing import ClassVar

from htpy import Renderable

from judge.pages.class_page import class_file, class_index
from judge.pages.document import pieces
from judge.pages.file_names import page_path
from judge.pages.learner import learner_page
from judge.report import Report
from judge.reporters.base import Reporter


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
        overview = tuple(pieces(self._page(report, in_folder=True)))
        for name in (self.filename, *self.further_files):
            yield name, iter(overview)

    def _page(self, report: Report, *, in_folder: bool) -> Renderable:
        if len(report.results) == 1:
            (result,) = report.results
            return learner_page(result, report.head, self.view)
        if in_folder:
            return class_index(report, self.view, lambda number, one: page_path(number, one.submission))
        return class_file(report, self.view)
