"""Statistics of classes that never sat down, and what a browser reads of a part of a page."""

from collections.abc import Iterable
from typing import Any

import htpy
from htpy import Node
from reporters.readers import html

from judge.report import SubmissionResult
from judge.stats import statistics
from judge.stats.record import ProblemStatistics


def counted(results: Iterable[SubmissionResult]) -> ProblemStatistics:
    (problem,) = statistics(results).problems
    return problem


def read(*parts: Node) -> Any:
    """The part in a document, by a strict reader."""
    page = htpy.html[htpy.head[htpy.title["part"]], htpy.body[parts]]
    body = html(str(page)).find("body")
    for element in body.iter():
        element.tag = element.tag.rpartition("}")[2]  # of pictures without their namespace
    return body


def words(element: Any) -> str:
    return "".join(element.itertext())


def table(element: Any) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in element.iter("tr")]
