"""Options that more than one command has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from judge.commands.options.argument_types import entropy, problem_names

_OPTIONS = (
    click.option(
        "--problem",
        metavar="ID",
        shell_complete=problem_names,
        help="The problem. [default: told by the folder, submissions/ID/; or the only one there is]",
    ),
    click.option(
        "--case",
        "case_names",
        metavar="NAME",
        multiple=True,
        help="Only this case; the score is then no grade. Repeatable.",
    ),
    click.option(
        "--extra-cases",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Further cases, in YAML; hidden unless they say otherwise.",
    ),
    click.option(
        "--entropy",
        callback=entropy,
        metavar="N|random",
        default="0",
        show_default=True,
        help="Seed of the drawn cases.",
    ),
    click.option(
        "--show", type=click.Choice(["flow"]), help="flow: the precision that every line computes in."
    ),
    click.option(
        "--isolation",
        type=click.Choice(["auto", "none", "landlock", "namespaces"]),
        default="auto",
        show_default=True,
        help="What shields this machine from submissions; auto: the best it has.",
    ),
    click.option(
        "--require-isolation",
        type=click.Choice(["none", "landlock", "namespaces"]),
        help="Refuse to grade below this.",
    ),
    click.option(
        "--require-flow",
        is_flag=True,
        help="A program that could not be read, and confirmed, is a pitfall, also where its numbers pass.",
    ),
)


def what_is_judged(command: Callable[..., Any]) -> Callable[..., Any]:
    """What decides a verdict: problem, cases, entropy and isolation; and what is shown of it."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
