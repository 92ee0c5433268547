"""What every command has: options that may stand before or after its name, help in sections, exit codes."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import click

from judge import __version__
from judge.commands.options.help_texts import ORDER
from judge.commands.parts.exit_code import HARNESS_FAULT, INTERRUPTED
from judge.commands.terminal import interrupts
from judge.errors import JudgeError
from judge.reporters.parts.ci_commands import guarded_lines
from judge.reporters.parts.escape import escape

_KEY = "judge.every_command"
_USAGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options that every command has, as they were given nearest to the end of the command line."""

    root: Path | None = None
    verbosity: int = 0
    color: str = "auto"

    def colored(self, stream: IO[str]) -> bool:
        """Whether what goes to `stream` may be coloured; the option counts more than NO_COLOR."""
        if self.color != "auto":
            return self.color == "always"
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return stream.isatty() and not plain


def settings() -> Settings:
    """Those of the command that is running; the defaults outside of one."""
    context = click.get_current_context(silent=True)
    return Settings(**({} if context is None else context.meta.get(_KEY, {})))


def complain(message: str) -> None:
    """An error on stderr, safe to show."""
    _say("error: ", "31;1", message)


def remark(message: str) -> None:
    """Something that isn't wrong, on stderr, unless -q."""
    if settings().verbosity >= 0:
        _say("note: ", "36;1", message)


def _say(label: str, style: str, message: str) -> None:
    painted = f"\x1b[{style}m{label}\x1b[0m" if settings().colored(sys.stderr) else label
    with suppress(BrokenPipeError):
        sys.stderr.write(f"{painted}{guarded_lines(escape(message, keep=chr(10)))}\n")


def _keep(name: str, constant: int | None = None) -> Callable[[click.Context, click.Parameter, Any], None]:
    """A callback that keeps an option when it was given: one before the command is a default for it."""

    def keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401 -- click's
        given = context.get_parameter_source(parameter.name or "") is click.core.ParameterSource.COMMANDLINE
        if given and not context.resilient_parsing:
            context.meta.setdefault(_KEY, {})[name] = value if constant is None else constant

    return keep


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 -- click's
    if value and not context.resilient_parsing:
        click.echo(f"judge {__version__}")
        context.exit()


EVERYWHERE = (
    click.Option(
        ["--root"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_keep("root"),
        help="The folder that holds problems/ and reference/. [default: looked for here and upwards]",
    ),
    click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=_keep("verbosity", -1),
        help="Say less; run: a line a file.",
    ),
    click.Option(
        ["-v", "--verbose"],
        is_flag=True,
        expose_value=False,
        callback=_keep("verbosity", 1),
        help="Say more.",
    ),
    click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        expose_value=False,
        callback=_keep("color"),
        help="Colours. [default: auto, which means on a terminal, unless NO_COLOR is set]",
    ),
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help="Show the version and exit.",
    ),
)


class _WithEverywhere(click.Command):
    """Adds the options of EVERYWHERE, and shows them in a section of their own."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters, then those of every command."""
        *own, help_option = super().get_params(ctx)
        return [*own, *EVERYWHERE, help_option]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options first: they are what a reader looks for."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        own = [option for option in self.params if isinstance(option, click.Option)]
        for title, group in (
            ("Options", own),
            ("With every command", [option for option in options if option not in own]),
        ):
            records = [record for option in group if (record := option.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class JudgeCommand(_WithEverywhere):
    """A command of the judge."""


class JudgeGroup(_WithEverywhere, click.Group):
    """A group whose commands are listed in the order of ORDER."""

    command_class = JudgeCommand
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's
        """As a learner meets them, not by the alphabet; what has no place there last, as it was added."""
        places = {name: place for place, name in enumerate(ORDER)}
        return sorted(self.commands, key=lambda name: places.get(name, len(ORDER)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Commands before options."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 -- click's
        """Run the command line and exit with the code that the contract names for what happened."""
        extra = {"prog_name": "judge", **extra, "standalone_mode": False}
        _open_what_is_closed()
        _make_streams_tolerant()
        interrupts.listen()
        sys.exit(_exit_code(lambda: super(JudgeGroup, self).main(*args, **extra)))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's
        """Errors of a command are told while its settings are still known; the outermost group does it."""
        if ctx.parent is not None:
            return super().invoke(ctx)
        return _exit_code(lambda: super(JudgeGroup, self).invoke(ctx))


def _exit_code(command: Callable[[], Any]) -> int:
    """Run a command, tell what went wrong, and give the code to exit with."""
    try:
        return command() or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        _show(error)
        code = _USAGE
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted")
        code = INTERRUPTED
    except JudgeError as error:
        complain(str(error))
        code = error.exit_code
    except OSError as error:
        complain(str(error))
        code = HARNESS_FAULT
    except Exception as error:  # noqa: BLE001 -- whatever else it is, it is our fault and no learner's
        if interrupts.were_heard():
            complain("interrupted")
            return INTERRUPTED
        if settings().verbosity > 0:
            import traceback  # noqa: PLC0415 -- takes as long to import as the whole of this module

            traceback.print_exc()
        complain(
            f"{type(error).__name__}: {error}\n"
            "This is a fault of the judge, and -v shows where it is. Please report it."
        )
        code = HARNESS_FAULT
    return code


def _open_what_is_closed() -> None:
    """A stream that the caller closed (`2>&-`) leads nowhere: no other file may get its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        with suppress(OSError):  # nothing at all can be opened: whatever is done next says so
            while not _is_open(number):
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 -- children have it, too
            if getattr(sys, name) is None:
                setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _show(error: click.ClickException) -> None:
    """Click's message, and where to read on."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    complain(error.format_message())
    context = getattr(error, "ctx", None)
    if context is not None:
        click.echo(f"Try '{context.command_path} --help'.", err=True)


def _make_streams_tolerant() -> None:
    """A terminal that can't show a character gets it written out instead of an exception."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            cast("io.TextIOWrapper", stream).reconfigure(errors="backslashreplace")
