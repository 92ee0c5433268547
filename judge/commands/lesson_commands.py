"""The commands that tell: lesson, hints, pitfalls, solution. What they need they import when they run."""

import sys
from typing import TYPE_CHECKING

import click

from judge.commands.options.argument_types import entropy, pitfall_names, problem_names, public_case_names
from judge.commands.options.every_command import JudgeCommand, remark, settings
from judge.commands.options.help_texts import SHOW_HELP
from judge.commands.terminal.stdout import write
from judge.commands.terminal.styles import write_markdown

if TYPE_CHECKING:
    from judge.commands.hint import Which
    from judge.commands.inputs.find_problem import Problems

_NO_PAGER = click.option("--no-pager", is_flag=True, help="Don't page what is longer than the terminal.")


def _shelf() -> "Problems":
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- see the module's docstring

    return Problems(root_folder(settings().root))


@click.command(
    cls=JudgeCommand, help=SHOW_HELP, short_help="Show the lesson and the task, or a case as code."
)
@click.argument("problem", shell_complete=problem_names)
@click.option(
    "--case",
    "case_name",
    metavar="NAME",
    shell_complete=public_case_names,
    help="Instead: this public case as Python code that can be run.",
)
@click.option(
    "--entropy",
    "drawn_with",
    callback=entropy,
    metavar="N",
    default="0",
    show_default=True,
    help="With --case: seed of the drawn cases, as the report has it.",
)
@_NO_PAGER
def show(*, problem: str, case_name: str | None, drawn_with: int | None, no_pager: bool) -> None:
    """Show the lesson and the task, or a case as code."""
    problems = _shelf()
    if case_name is None:
        from judge.commands.show import statement  # noqa: PLC0415 -- see the module's docstring

        write_markdown(statement(problems, problem), paged=not no_pager)
        if sys.stdout.isatty():
            remark(f"begin with: judge new submission {problem}")
        return
    if drawn_with is None:
        raise click.BadParameter("random cases can't be shown: name the number that the report has.")
    from judge.commands.run import check_installed  # noqa: PLC0415 -- as above
    from judge.commands.show_case import public_case  # noqa: PLC0415 -- as above
    from judge.commands.terminal.pager import page  # noqa: PLC0415 -- as above

    check_installed()
    (write if no_pager else page)(public_case(problems.problem(problem), case_name, drawn_with, remark))
    if sys.stdout.isatty():
        remark(f"to keep it: judge show {problem} --case {case_name} > case.py")


@click.command(cls=JudgeCommand, short_help="Show what a finding means, and what right code has instead.")
@click.argument("pitfall", required=False, shell_complete=pitfall_names)
@_NO_PAGER
def explain(*, pitfall: str | None, no_pager: bool) -> None:
    """Show the page of PITFALL: what it is, why it is bad, and what differs in right code.

    Without a name, list all pitfalls.
    """
    from judge.commands.explain import index, page  # noqa: PLC0415 -- see the module's docstring

    write_markdown(index() if pitfall is None else page(pitfall), paged=not no_pager)


@click.command(cls=JudgeCommand, short_help="Show the next hint.")
@click.argument("problem", shell_complete=problem_names)
@click.option("--again", "which", flag_value="again", help="The last one again.")
@click.option("--all", "which", flag_value="all", help="All of them.")
@click.option("--reset", "which", flag_value="reset", help="Begin anew with the first one.")
def hint(*, problem: str, which: "Which | None") -> None:
    """Show the next hint for PROBLEM: one a call, from far to near.

    How many were shown is kept in $XDG_STATE_HOME/judge, or ~/.local/state/judge.
    """
    from judge.commands.hint import hint as hint_of  # noqa: PLC0415 -- see the module's docstring

    write_markdown(hint_of(_shelf().problem(problem), which or "next", remark), paged=which == "all")


@click.command(cls=JudgeCommand, short_help="Show the reference and its reasons, after an accepted run.")
@click.argument("problem", shell_complete=problem_names)
@click.option("--give-up", is_flag=True, help="Show it although no file of yours is accepted.")
@_NO_PAGER
def solution(*, problem: str, give_up: bool, no_pager: bool) -> None:
    """Show the reference of PROBLEM and its reasons, once a file of yours is accepted on all cases.

    That a file was is kept in $XDG_STATE_HOME/judge, or ~/.local/state/judge.
    """
    from judge.commands.solution import solution as solution_of  # noqa: PLC0415 -- see the module's docstring

    problems = _shelf()
    write_markdown(solution_of(problems.problem(problem), problems.root, give_up=give_up), paged=not no_pager)
