"""`judge run` from a plan to a report, with a store or without one."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from judge.commands.options.every_command import remark, settings
from judge.errors import HarnessError

if TYPE_CHECKING:
    from judge.cluster.cluster import Cluster
    from judge.commands.run import Asked, Plan
    from judge.commands.terminal.result_stream import Stream
    from judge.report import Report
    from judge.run.intake import RunRequest
    from judge.run.kept_results import KeptResults
    from judge.run.outcome import Ground
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
    with ExitStack() as stack:
        request = planned.request
        where: Here | There = Here(options.isolation, launcher)
        if options.scheduler is not None:
            where = There(options.scheduler, options.jobs, watcher, stack)
        if options.store is None:
            where.begin(request)
            yield judged(request, watcher, where.launcher, carry_out, elsewhere=where.elsewhere), ()
            return
        from judge.commands.parts.with_store import judged_with_store  # noqa: PLC0415 -- hardly ever needed

        yield stack.enter_context(
            judged_with_store(
                options,
                request,
                where.ground,
                lambda request, kept: judged(
                    request, watcher, where.launcher, carry_out, kept=kept, elsewhere=where.elsewhere
                ),
                remark,
            )
        )


class Here:
    """This machine judges."""

    elsewhere = None

    def __init__(self, isolation: str, launcher: "Launcher | None") -> None:
        self.isolation = isolation
        self.launcher = launcher

    def begin(self, request: "RunRequest") -> None:
        """It is on its way already."""

    def ground(self, request: "RunRequest") -> "Ground":  # noqa: ARG002 - the form
        """What results depend on here."""
        from judge.commands.parts.with_store import ground_here  # noqa: PLC0415 -- hardly ever needed
        from judge.sandbox.starting.tiers import default_launcher  # noqa: PLC0415 -- as above

        self.launcher = default_launcher(self.isolation)
        return ground_here(self.launcher.isolation)


class There:
    """The nodes of a scheduler judge."""

    launcher = None

    def __init__(self, address: str, at_once: int | None, watcher: "Progress", stack: ExitStack) -> None:
        self.address = address
        self.at_once = at_once
        self.watcher = watcher
        self.stack = stack
        self.cluster: Cluster | None = None

    def begin(self, request: "RunRequest") -> "Cluster":
        """Have the nodes made ready for this request."""
        from judge.cluster.cluster import cluster_for  # noqa: PLC0415 -- imports distributed

        self.cluster = self.stack.enter_context(cluster_for(self.address, request, self.watcher.note))
        return self.cluster

    def ground(self, request: "RunRequest") -> "Ground":
        """What results depend on there."""
        from judge.run.outcome import Ground  # noqa: PLC0415 -- imports numpy

        cluster = self.begin(request)
        return Ground(environment=cluster.environment, processor=cluster.processors)

    def elsewhere(
        self, request: "RunRequest", watcher: "Progress", kept: "KeptResults | None" = None
    ) -> "Report":
        """Judge there."""
        if self.cluster is None:
            raise HarnessError("no node was asked to judge")
        tell = settings().verbosity > 0
        return self.cluster.run(request, watcher, kept, at_once=self.at_once, tell=tell)
