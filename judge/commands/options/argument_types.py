"""What the command line takes for an argument or option, and what the shell completes it to."""

import re
from contextlib import suppress

import click

from judge.commands.options.every_command import settings
from judge.commands.parts.exit_code import did_you_mean
from judge.reporters import ON_STDOUT, REPORTERS


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


def student_id(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> re.Pattern[str] | None:
    """The pattern, which finds an id in the name of a file.

    Raises:
        BadParameter: it is no regular expression, or doesn't say which part of the name is the id.
    """
    if value is None:
        return None
    try:
        pattern = re.compile(value)
    except re.error as error:
        raise click.BadParameter(f"{value} is no regular expression: {error}.") from error
    if "student" not in pattern.groupindex and pattern.groups != 1:
        raise click.BadParameter(
            f"{value} has {pattern.groups or 'no'} groups. Put the part that is the id into one, as in "
            r"'_(\d+)_', or call its group student, as in '(?P<student>\d+)'."
        )
    return pattern


class FormatName(click.Choice[str]):
    """One of the formats that can go to stdout; near misses are told what was meant."""

    def __init__(self) -> None:
        super().__init__(ON_STDOUT)

    def get_invalid_choice_message(self, value: str, ctx: click.Context | None) -> str:  # noqa: ARG002 -- click's
        """What is wrong with it, and what to write instead."""
        if value in REPORTERS:
            return f"{value} goes to a file only: say --report {value}=PATH."
        return f"no format {value}.{did_you_mean(value, ON_STDOUT)} Known: {', '.join(ON_STDOUT)}."


def problem_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For completion: where there are no problems there is nothing to say."""
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- imported when needed only
    from judge.errors import JudgeError  # noqa: PLC0415 -- as above

    with suppress(JudgeError):
        return [
            name for name in Problems(root_folder(settings().root)).folders if name.startswith(incomplete)
        ]
    return []


def public_case_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For completion, once the problem is there."""
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- imported when needed only
    from judge.errors import JudgeError  # noqa: PLC0415 -- as above
    from judge.problem.model import case_names  # noqa: PLC0415 -- as above

    with suppress(JudgeError):
        # Click leaves arguments unread where an option still lacks its value.
        named = context.params.get("problem") or next(iter(context.args), "")
        problem = Problems(root_folder(settings().root)).problem(named)
        public = (case for case in problem.cases if case.visibility == "public")
        return [name for case in public for name in case_names(case) if name.startswith(incomplete)]
    return []


def pitfall_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """For completion."""
    from judge.commands.explain import names  # noqa: PLC0415 -- imported when needed only

    return [name for name in names() if name.startswith(incomplete)]
