"""The command line: the only place that prints and exits.

Only click is imported up here: help, completion and usage errors are there at once. What a command
needs beyond that it imports when it runs.
"""

import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from judge.commands.authors.commands import new_problem, verify
from judge.commands.cluster.commands import cluster
from judge.commands.lesson_commands import explain, hint, show, solution
from judge.commands.options.argument_types import FormatName, problem_names, student_id
from judge.commands.options.every_command import JudgeGroup, complain, remark, settings
from judge.commands.options.help_texts import EPILOG, HELP, RUN_HELP, WATCH_HELP
from judge.commands.options.several_commands import what_is_judged
from judge.commands.results.commands import results
from judge.commands.stats import stats
from judge.commands.terminal.stdout import write
from judge.commands.terminal.styles import on_stdout
from judge.reporters import ON_STDOUT, REPORTERS

if TYPE_CHECKING:
    from judge.commands.terminal.result_stream import Stream
    from judge.reporters.base import Reporter


@click.group(
    "judge",
    cls=JudgeGroup,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.pass_context
def main(context: click.Context) -> None:
    """Show the help when no command is named."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (show, hint, explain, solution, results, stats, cluster, verify):
    main.add_command(command)


@main.command(name="list")
def list_problems() -> int:
    """List the problems and their cases."""
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- as above
    from judge.commands.list import listing  # noqa: PLC0415 -- see the module's docstring
    from judge.errors import ProblemError  # noqa: PLC0415 -- as above

    text, faults = listing(Problems(root_folder(settings().root)))
    if text:
        write(f"{text}\n")
    if faults:
        raise ProblemError(faults)
    if not text:
        remark("there is no problem yet")
    return 0


@main.group()
def new() -> None:
    """Make a new file to start from."""


new.add_command(new_problem)


@new.command()
@click.argument("problem", shell_complete=problem_names)
@click.argument("name", default="my_solution")
@click.option(
    "--notebook", is_flag=True, help="Write a notebook: the lesson, the starter, and a cell that judges."
)
def submission(problem: str, name: str, notebook: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Copy the starter of PROBLEM to submissions/PROBLEM/NAME.py.

    NAME is yours to choose; without it the file is called my_solution.py. A file that exists is never
    overwritten.
    """
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- as above
    from judge.commands.new import new_submission  # noqa: PLC0415 -- see the module's docstring

    path = new_submission(Problems(root_folder(settings().root)), problem, name, notebook=notebook)
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    write(f"{path}\n")
    remark(f"fill it in, then: judge run {path}")


@main.command(help=RUN_HELP)
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True))
@what_is_judged
@click.option(
    "--format",
    "format_name",
    type=FormatName(),
    metavar="NAME",
    default="console",
    show_default=True,
    help=f"What goes to stdout: {', '.join(ON_STDOUT)}.",
)
@click.option(
    "--report",
    "reports",
    metavar="NAME=PATH",
    multiple=True,
    help="Also write this format, or html, to a file or into a folder. Repeatable.",
)
@click.option(
    "--student-id",
    callback=student_id,
    metavar="PATTERN",
    help="gradebook: the regular expression that finds a student's id in a file's name, as its one group. "
    "[default: the name without .py]",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Submissions judged at once. [default: cores, or the threads of all nodes]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Judge on the nodes of a Dask cluster: tls://HOST:PORT, or tcp://127.0.0.1:PORT. "
    "[default: this machine]",
)
@click.option(
    "--store",
    metavar="PATH",
    help="Keep results in this file, or at postgresql://...; a later run judges only what is missing "
    "or changed, with the entropy of the first.",
)
@click.option("--rejudge", is_flag=True, help="With --store: judge all anew.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 also when a submission isn't accepted.")
def run(*, show: str | None, format_name: str, exit_zero: bool, **asked: Any) -> int:  # noqa: ANN401 -- options of all types
    """Judge submissions."""
    from judge.commands.parts.start_early import begun, closed_on_failure  # noqa: PLC0415 -- see the module's docstring

    if "-" in asked["paths"] and sys.stdin.isatty():
        remark("reading the submission from standard input; Ctrl-D ends it")
    at_once = not (click.get_current_context().obj or asked["store"] or asked["scheduler"])
    launcher = begun(asked["isolation"]) if at_once else None
    with closed_on_failure(launcher):
        from judge.commands.parts.learner_record import note_accepted  # noqa: PLC0415 -- as above
        from judge.commands.parts.run_outcome import outcome  # noqa: PLC0415 -- as above
        from judge.commands.parts.write_reports import deliver  # noqa: PLC0415 -- while the zygote starts
        from judge.commands.run import Asked, plan  # noqa: PLC0415 -- as above
        from judge.reporters.base import View, with_exit_code  # noqa: PLC0415 -- as above

        options = Asked(
            want_flow=show == "flow", format_name=format_name, entropy_given=_is_given("entropy"), **asked
        )
        planned = plan(options, settings().root, sys.stdin.buffer, remark)
    in_files = View(
        verbosity=settings().verbosity,
        flow=show == "flow",
        explain="explain" in main.commands,
        environ=os.environ,
        now=datetime.now(UTC),
        student_id=options.student_id,
    )
    reporter = REPORTERS[format_name](on_stdout(in_files))
    stream = _stream(reporter)
    with outcome(options, planned, launcher, stream) as (found, faults):
        softened = with_exit_code(found, 0) if exit_zero and found.exit_code == 1 else found
        report, failures = deliver(softened, planned.targets, in_files)
        for part in reporter.parts(report) if stream is None else stream.rest(report):
            write(part)
        for news in note_accepted(report.results):
            if sys.stderr.isatty():
                remark(news)
        for failure in (*faults, *failures):  # last, where it is seen
            complain(failure)
        return report.exit_code


@main.command(help=WATCH_HELP)
@click.argument("path", type=click.Path())
@what_is_judged
def watch(*, path: str, show: str | None, **asked: Any) -> None:  # noqa: ANN401 -- options of all types
    """Judge again on every save."""
    from judge.commands.run import Asked  # noqa: PLC0415 -- see the module's docstring
    from judge.commands.watch import Screen, watching  # noqa: PLC0415 -- as above
    from judge.reporters.base import View  # noqa: PLC0415 -- as above

    view = on_stdout(View(verbosity=settings().verbosity, flow=show == "flow", explain=True))
    screen = Screen(view=view, write=write, say=remark, clear=sys.stdout.isatty())
    watching(Asked(paths=(path,), want_flow=show == "flow", **asked), settings().root, screen)


@main.command()
@click.option("--attack", is_flag=True, help="Let hostile programs loose on it, and say what was contained.")
def doctor(*, attack: bool) -> int:
    """Show isolation, memory limit and devices of this machine."""
    from judge.commands.doctor import attacks, report  # noqa: PLC0415 -- see the module's docstring

    write(report())
    if not attack:
        return 0
    write("\n")
    return attacks(write)


@main.group()
def cache() -> None:
    """Show, fill or clear the cache of what can be computed."""


@cache.command(name="path")
def cache_path() -> None:
    """Print the folder of the cache."""
    from judge.paths import cache_dir  # noqa: PLC0415 -- see the module's docstring

    write(f"{cache_dir()}\n")


@cache.command(name="clear")
def cache_clear() -> None:
    """Empty the cache; everything in it is computed again when needed."""
    from judge.commands.cache import clear  # noqa: PLC0415 -- see the module's docstring
    from judge.paths import cache_dir  # noqa: PLC0415 -- as above

    folder = cache_dir()
    remark(f"{clear(folder) / 2**20:.1f} MiB removed from {folder}")


@cache.command(name="warm")
@click.argument("problems", nargs=-1, metavar="[PROBLEM]...", shell_complete=problem_names)
@click.option(
    "--extra-cases",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Further cases, in YAML, of one of these problems.",
)
@click.option(
    "--entropy",
    type=click.IntRange(0, (1 << 53) - 1),
    metavar="N",
    default=0,
    show_default=True,
    help="Seed of the drawn cases.",
)
def cache_warm(problems: tuple[str, ...], extra_cases: Path | None, entropy: int) -> None:
    """Fill the cache, so that no run has to wait for it.

    What is expected in each case of PROBLEM (of all problems without one), what typical mistakes give, and
    what submissions compile. Run it once, as the user who will run the judge: when an image is built, or
    before a class. Takes half a minute a problem; what is there already takes none.
    """
    from judge.commands.cache_warm import warm  # noqa: PLC0415 -- as above
    from judge.commands.inputs.find_problem import Problems, root_folder  # noqa: PLC0415 -- see the module's docstring

    for told in warm(Problems(root_folder(settings().root)), problems, entropy, extra_cases, remark):
        remark(told)


def _stream(reporter: "Reporter") -> "Stream | None":
    """What writes to stdout while the run goes on, where the format can."""
    from judge.commands.terminal.result_stream import Stream  # noqa: PLC0415 -- imports numpy
    from judge.reporters.base import StreamReporter  # noqa: PLC0415 -- as above

    return Stream(reporter, write) if isinstance(reporter, StreamReporter) else None


def _is_given(option: str) -> bool:
    """Whether an option of the command that is running was named, or is its default."""
    source = click.get_current_context().get_parameter_source(option)
    return source is not click.core.ParameterSource.DEFAULT
