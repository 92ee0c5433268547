"""`judge results` and its commands. What they need they import when they run."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from judge.commands.options.argument_types import pitfall_names, problem_names, student_id
from judge.commands.options.every_command import JudgeGroup, complain, remark, settings
from judge.commands.options.results_help import DIFF_HELP, PRUNE_HELP, RESULTS_HELP
from judge.commands.parts.exit_code import did_you_mean
from judge.commands.results.store_option import given_store, needed_store, store_option
from judge.commands.results.times import moment
from judge.commands.terminal.stdout import write
from judge.commands.terminal.styles import on_stdout
from judge.errors import UsageError
from judge.reporters import ON_STDOUT, REPORTERS
from judge.verdict import Verdict

TABLES = ("table", "table-csv")
DIFF_FORMATS = ("table", "json", "csv", "markdown")
NUMBER = click.IntRange(1, 2**31 - 1)


class _Format(click.Choice[str]):
    """A table or a report; near misses are told what was meant."""

    def __init__(self) -> None:
        super().__init__((*TABLES, *ON_STDOUT))

    def get_invalid_choice_message(self, value: str, ctx: click.Context | None) -> str:  # noqa: ARG002 -- click's
        """What is wrong with it, and what to write instead."""
        if value in REPORTERS:
            return f"{value} goes to a file only: say --report {value}=PATH."
        return f"no format {value}.{did_you_mean(value, self.choices)} Known: {', '.join(self.choices)}."


def _whose(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a learner is known by a submission."""
    pattern = click.option(
        "--student-id",
        callback=student_id,
        metavar="PATTERN",
        help="The regular expression that finds a learner's id in a file's name, as its one group.",
    )
    roster = click.option(
        "--roster",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The course as CSV: columns student, and as you have them name, submission, due, problem.",
    )
    return pattern(roster(command))


def _what(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which submissions are meant."""
    submission = click.option("--submission", metavar="GLOB", help="Of files with such a name or path.")
    learner = click.option("--learner", metavar="ID", help="Of this learner. [default id: the file's name]")
    return submission(learner(command))


@click.group(
    "results",
    cls=JudgeGroup,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",
    help=RESULTS_HELP,
    short_help="Show, compare and delete what a store holds.",
)
@store_option
@click.option("--problem", metavar="ID", shell_complete=problem_names, help="Of this problem.")
@_what
@click.option(
    "--verdict",
    "verdicts",
    type=click.Choice([str(verdict) for verdict in Verdict]),
    metavar="V",
    multiple=True,
    help="With this verdict. Repeatable.",
)
@click.option(
    "--pitfall",
    "pitfalls",
    metavar="ID",
    multiple=True,
    shell_complete=pitfall_names,
    help="In which this was found. Repeatable.",
)
@click.option(
    "--since",
    callback=moment,
    metavar="TIME",
    help="New in runs since then: 2026-10-31, 2026-10-31T18:00, 7d, 12h.",
)
@click.option("--run", type=NUMBER, metavar="N", help="As this run said.")
@click.option(
    "--which",
    type=click.Choice(["newest", "best", "counts", "all"]),
    default="newest",
    show_default=True,
    help="Of each learner, or where they aren't known of each submission; counts: by the rubric.",
)
@_whose
@click.option(
    "--format",
    "format_name",
    type=_Format(),
    metavar="NAME",
    default="table",
    show_default=True,
    help=f"What goes to stdout: {', '.join((*TABLES, *ON_STDOUT))}.",
)
@click.option(
    "--report",
    "reports",
    metavar="NAME=PATH",
    multiple=True,
    help="Also write this report, or html, to a file or into a folder. Repeatable.",
)
@click.option("--limit", type=NUMBER, metavar="N", help="So many. [default: 50 in the table, else all]")
@click.option(
    "--offset", type=click.IntRange(min=0), metavar="N", default=0, help="Leave out so many before."
)
@click.option("--anonymous", is_flag=True, help="submission-1 and so on in place of files' names.")
@click.pass_context
def results(context: click.Context, /, **asked: Any) -> int:  # noqa: ANN401 -- options of all types
    """Show what a store holds."""
    if context.invoked_subcommand is not None:
        _refuse_filters(context)
        return 0
    name = needed_store()
    _check(name)
    from judge.commands.results.choose import Choice  # noqa: PLC0415 -- imports SQLAlchemy
    from judge.commands.results.show import Shown, answered  # noqa: PLC0415 -- as above
    from judge.reporters.base import View  # noqa: PLC0415 -- see the module's docstring

    wanted = ("problem", "submission", "learner", "since", "run", "which")
    choice = Choice(
        verdicts=tuple(map(Verdict, asked.pop("verdicts"))),
        pitfalls=asked.pop("pitfalls"),
        **{option: asked.pop(option) for option in wanted},
    )
    in_files = View(verbosity=settings().verbosity, explain=True, environ=os.environ, now=datetime.now(UTC))
    shown = Shown(root=settings().root, **asked)
    with answered(name, choice, shown, (on_stdout(in_files), in_files), remark) as answer:
        for part in answer.parts:
            write(part)
        for failure in answer.failures:
            complain(failure)
        return answer.exit_code


def _refuse_filters(context: click.Context) -> None:
    """Options of `judge results` alone mean nothing to its commands."""
    given = click.core.ParameterSource.COMMANDLINE
    named = [
        option
        for option in context.command.params
        if option.name in context.params and context.get_parameter_source(option.name) is given
    ]
    if named:
        raise UsageError(
            f"{named[0].opts[-1]} stands before {context.invoked_subcommand}, which doesn't take it there: "
            "write what is meant for it behind its name"
        )


def _check(name: str) -> None:
    from judge.commands.parts.with_store import check_store  # noqa: PLC0415 -- see the module's docstring

    check_store(name)


@results.command(help=DIFF_HELP, short_help="Show what a regrade changed.")
@store_option
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(DIFF_FORMATS),
    default="table",
    show_default=True,
    help="What goes to stdout.",
)
def diff(*, before: str, after: str, format_name: str) -> int:
    """Show what a regrade changed."""
    from judge.commands.results.diff_views import VIEWS  # noqa: PLC0415 -- see the module's docstring
    from judge.commands.results.differences import differences  # noqa: PLC0415 -- as above
    from judge.commands.results.sides import both  # noqa: PLC0415 -- as above
    from judge.reporters.base import View  # noqa: PLC0415 -- as above

    found = differences(*both(before, after, given_store(), remark))
    for part in VIEWS[format_name](found, on_stdout(View(verbosity=settings().verbosity))):
        write(part)
    return 1 if found.changes else 0


@results.command(help=PRUNE_HELP, short_help="Delete old runs, or what is one learner's.")
@store_option
@click.option("--keep-runs", type=click.IntRange(min=0), metavar="N", help="All runs but the newest N.")
@click.option("--before", callback=moment, metavar="TIME", help="Runs that began before; as --since has it.")
@_what
@_whose
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
def prune(
    *,
    keep_runs: int | None,
    before: float | None,
    submission: str | None,
    learner: str | None,
    student_id: re.Pattern[str] | None,
    roster: Path | None,
    dry_run: bool,
) -> int:
    """Delete from a store."""
    if keep_runs is None and before is None and submission is None and learner is None:
        raise UsageError("what is to be deleted? Say --keep-runs, --before, --learner or --submission")
    name = needed_store()
    _check(name)
    from judge.commands.results.pruning import deleted  # noqa: PLC0415 -- imports SQLAlchemy

    whose = (submission, learner, student_id, roster)
    for said in deleted(name, keep_runs, before, whose, trial=dry_run):
        write(f"{said}\n")
    return 0


@results.command(name="runs")
@store_option
def list_runs() -> None:
    """List the runs of a store, the newest first."""
    name = needed_store()
    _check(name)
    from judge.commands.results.run_table import run_table  # noqa: PLC0415 -- imports SQLAlchemy
    from judge.reporters.base import View  # noqa: PLC0415 -- see the module's docstring

    for part in run_table(name, on_stdout(View(now=datetime.now(UTC)))):
        write(part)
