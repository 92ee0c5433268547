"""The commands of those who write exercises. What they need they import when they run."""

from contextlib import suppress
from pathlib import Path

import click

from judge.commands.options.argument_types import problem_names
from judge.commands.options.every_command import JudgeCommand, remark, settings
from judge.commands.options.help_texts import VERIFY_HELP
from judge.commands.terminal.stdout import write
from judge.commands.terminal.styles import on_stdout


@click.command(cls=JudgeCommand, help=VERIFY_HELP, short_help="Check an exercise, for its author.")
@click.argument("problems", nargs=-1, metavar="[PROBLEM]...", shell_complete=problem_names)
@click.option("--only", "checks", metavar="CHECK", multiple=True, help="Only this check. Repeatable.")
@click.option(
    "--seeds", type=click.IntRange(0), metavar="N", default=100, show_default=True, help="Of other data."
)
@click.option(
    "--entropies",
    type=click.IntRange(0),
    metavar="N",
    default=1000,
    show_default=True,
    help="Of the drawn cases.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["console", "json", "html"]),
    default="console",
    show_default=True,
    help="What goes to stdout.",
)
@click.option(
    "--report",
    "reports",
    metavar="NAME=PATH",
    multiple=True,
    help="Also write this format to a file. Repeatable.",
)
def verify(
    *,
    problems: tuple[str, ...],
    checks: tuple[str, ...],
    seeds: int,
    entropies: int,
    format_name: str,
    reports: tuple[str, ...],
) -> int:
    """Check an exercise."""
    from judge.commands.authors.verify import targets_of, verified  # noqa: PLC0415 -- imports numpy
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- see the module's docstring
    from judge.commands.run import check_installed  # noqa: PLC0415 -- as above
    from judge.reporters.base import View  # noqa: PLC0415 -- as above
    from judge.verify.workshop import Extent  # noqa: PLC0415 -- as above

    check_installed()
    targets = targets_of(reports)
    extent = Extent(seeds=seeds, entropies=entropies)
    found = verified(Problems(root_folder(settings().root)), problems, checks, extent, remark)
    width = on_stdout(View()).width
    write(found.shown(format_name, width=width, verbosity=settings().verbosity))
    for name, path in targets:
        path.write_text(found.shown(name, width=80, verbosity=1), encoding="utf-8")
    return found.exit_code


@click.command(cls=JudgeCommand, name="problem")
@click.argument("name")
def new_problem(name: str) -> None:
    """Write a small exercise that is right, to start from.

    problems/NAME, reference/NAME and samples in submissions/NAME/examples, with comments where to go on.
    `judge verify NAME` holds from the beginning, and says what doesn't after each change.
    """
    from judge.commands.authors.new_problem import new_problem as written  # noqa: PLC0415 -- as above
    from judge.commands.inputs.find_problem import root_folder  # noqa: PLC0415 -- as above

    for path in written(root_folder(settings().root), name):
        shown = path
        with suppress(ValueError):
            shown = path.relative_to(Path.cwd())
        write(f"{shown}\n")
    remark(f"begin with problems/{name}/problem.yaml, then: judge verify {name}")
