"""`judge run` from a plan to a report, with a store or without one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from judge.commands.options.every_command import remark, settings

if TYPE_CHECKING:
    from judge.commands.run import Asked, Plan
    from judge.commands.terminal.result_stream import Stream
    from judge.report import Report
    from judge.run.progress import Progress
    from judge.sandbox.starting.launch import Launcher


@contextmanager
def outcome(
    options: "Asked", planned: "Plan", launcher: "Launcher | None", stream: "Stream | None"
) -> "Iterator[tuple[Report, tuple[str, ...]]]":
    """The report of the run, or what there is of it when Ctrl-C ended it; and what the store has against it.

    `stream` hears of it as it goes on. The context's `obj` carries the request out in place of the runner
    where a caller of `main` gives one.
    """
    from judge.commands.parts.start_early import judged  # noqa: PLC0415 -- imports numpy
    from judge.commands.terminal.progress import progress  # noqa: PLC0415 -- as above
    from judge.commands.terminal.result_stream import Both  # noqa: PLC0415 -- as above

    watcher: Progress = progress(
        quiet=settings().verbosity < 0,
        terminal=sys.stderr.isatty(),
        color=settings().colored(sys.stderr),
        say=remark,
    )
    if stream is not None:
        watcher = Both(watcher, stream)
    carry_out = click.get_current_context().obj
    if options.store is None:
        yield judged(planned.request, watcher, launcher, carry_out), ()
        return
    from judge.commands.parts.with_store import judged_with_store  # noqa: PLC0415 -- hardly ever needed
    from judge.sandbox.starting.tiers import default_launcher  # noqa: PLC0415 -- as above

    launcher = default_launcher(options.isolation)
    with judged_with_store(
        options,
        planned.request,
        launcher.isolation,
        lambda request, kept: judged(request, watcher, launcher, carry_out, kept),
        remark,
    ) as found:
        yield found
