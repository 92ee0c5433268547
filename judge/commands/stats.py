"""`judge stats FILE`: what a report says of a class. What it needs it imports when it runs."""

from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

import click

from judge.commands.options.every_command import JudgeCommand, remark, settings
from judge.commands.options.help_texts import STATS_HELP
from judge.commands.terminal.stdout import write
from judge.commands.terminal.styles import on_stdout

if TYPE_CHECKING:
    from judge.commands.class_views.told import Told

FORMATS = ("console", "csv", "json", "markdown")  # a file each in class_views/


@click.command(cls=JudgeCommand, help=STATS_HELP, short_help="Show the statistics of a class.")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="console",
    show_default=True,
    help="What goes to stdout.",
)
def stats(*, file: BinaryIO, format_name: str) -> None:
    """Show the statistics of a class."""
    from judge.reporters.base import View  # noqa: PLC0415 -- see the module's docstring

    if file.isatty():
        remark("reading a report from standard input; Ctrl-D ends it")
    name = getattr(file, "name", "<stdin>")
    told = told_of(file, name)
    if not told.complete:
        remark(f"the run of {name} was interrupted: what was not finished is missing")
    view = on_stdout(View(verbosity=settings().verbosity))
    for part in import_module(f"judge.commands.class_views.{format_name}").parts(told, view):
        write(part)


def told_of(file: BinaryIO, name: str) -> "Told":
    """The statistics of a report, which is counted as it is read and not kept.

    Args:
        file: judge-result/v1 or judge-run/v1. name: what errors call it.

    Raises:
        UsageError: it is no such report, or a part of it isn't what it has to be.
    """
    from judge.commands.class_views.told import Told  # noqa: PLC0415 -- see the module's docstring
    from judge.stats import statistics  # noqa: PLC0415 -- as above
    from judge.stats.read_report import ReportFile  # noqa: PLC0415 -- as above

    report = ReportFile(file, name)
    counted = statistics(report)
    return Told(statistics=counted, head=report.head, complete=report.complete)
