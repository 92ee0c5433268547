"""Class statistics in Markdown, as the Markdown report has them above its submissions."""

from collections.abc import Iterator

from judge.commands.class_views.told import Told
from judge.reporters.base import View
from judge.reporters.parts import markup
from judge.reporters.parts.markdown.class_summary import told_of_class


def parts(told: Told, _view: View) -> Iterator[str]:
    """A heading, then paragraphs and tables."""
    count = told.statistics.submissions
    broken = "" if told.complete else " (interrupted: what was not finished is missing)"
    told_count = f"{count} submission{'s' * (count != 1)}{broken}"
    yield f"## {markup.text(told_count)}\n"
    for paragraph in told_of_class(told.statistics):
        yield f"\n{paragraph}\n"
