"""`--store`, before or after the name of a subcommand, or from the environment."""

import os
from collections.abc import Callable
from typing import Any

import click

from judge.errors import UsageError

VARIABLE = "JUDGE_STORE"
_KEY = "judge.store"


def _keep(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None and not context.resilient_parsing:
        context.meta[_KEY] = value


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option; what was given nearest to the end of the command line counts."""
    return click.option(
        "--store",
        metavar="PATH",
        expose_value=False,
        callback=_keep,
        help=f"The file with the results, or postgresql://... [default: ${VARIABLE}]",
    )(command)


def given_store() -> str | None:
    """What was given; None where nothing was."""
    named = click.get_current_context().meta.get(_KEY)
    return named or os.environ.get(VARIABLE) or None


def needed_store() -> str:
    """What was given.

    Raises:
        UsageError: nothing was.
    """
    store = given_store()
    if store is None:
        raise UsageError(f"which store? Say --store PATH, or set {VARIABLE} to it")
    return store
