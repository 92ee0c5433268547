"""What the command line takes for an argument or option, and what the shell completes it to."""

from contextlib import suppress

import click

from judge.commands.everywhere import settings


def entropy(_context: click.Context, _parameter: click.Parameter, value: str) -> int | None:
    """The number, None for "random".

    Raises:
        BadParameter: it isn't one, or not between 0 and 2**53 - 1.
    """
    if value == "random":
        return None
    with suppress(ValueError):
        if 0 <= int(value) < 1 << 53:
            return int(value)
    raise click.BadParameter(f"{value} is neither `random` nor a whole number from 0 to 2**53 - 1.")


def problem_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For completion: where there are no problems there is nothing to say."""
    from judge.commands.shelf import Shelf, root_folder  # noqa: PLC0415 -- imported when needed only
    from judge.errors import JudgeError  # noqa: PLC0415 -- as above

    with suppress(JudgeError):
        return [name for name in Shelf(root_folder(settings().root)).folders if name.startswith(incomplete)]
    return []


def pitfall_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For completion."""
    from judge.commands.explain import names  # noqa: PLC0415 -- imported when needed only

    return [name for name in names() if name.startswith(incomplete)]
