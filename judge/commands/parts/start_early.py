"""`judge run`'s way to the runner: workers on their way early, and a report whatever breaks the run off."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from judge.errors import HarnessError, IsolationError
from judge.sandbox.starting.zygote import Zygote

if TYPE_CHECKING:
    from judge.report import Report
    from judge.run.intake import RunRequest
    from judge.run.kept_results import KeptResults
    from judge.run.progress import Progress
    from judge.sandbox.starting.launch import Launcher

CarryOut = Callable[["RunRequest", "Progress"], "Report"]
Runs = Callable[["RunRequest", "Progress", "KeptResults | None"], "Report"]  # raises Interrupted


def begun(isolation: str) -> "Launcher | None":
    """What starts workers, on its way: that takes longer than all that is done before it is needed.

    None where this machine can't isolate so, which is told later with all else that is wrong.
    """
    zygote = Zygote()
    if sys.platform == "linux":
        with suppress(OSError, HarnessError):  # whoever needs it hears of it
            zygote.begin()
    from judge.sandbox.starting.tiers import default_launcher  # noqa: PLC0415 -- the zygote is on its way meanwhile

    try:
        return default_launcher(isolation, zygote)
    except IsolationError:
        zygote.end()
        return None


@contextmanager
def closed_on_failure(launcher: "Launcher | None") -> Iterator[None]:
    """Close it unless all goes well."""
    try:
        yield
    except BaseException:
        if launcher is not None:
            launcher.close()
        raise


def judged(
    request: "RunRequest",
    watcher: "Progress",
    launcher: "Launcher | None",
    carry_out: CarryOut | None,
    *,
    kept: "KeptResults | None" = None,
    elsewhere: Runs | None = None,
) -> "Report":
    """The report of a run, or what there is of it when Ctrl-C ended it.

    Args:
        launcher: begun before, or None. carry_out: does it in place of the runner. kept: results that
            outlive the run. elsewhere: where it is judged, if that isn't here.
    """
    from judge.commands.run import nothing_judged  # noqa: PLC0415 -- the zygote is on its way meanwhile
    from judge.run.runner import Interrupted, run  # noqa: PLC0415 -- as above, and imports numpy

    gc.freeze()  # what is imported stays: looking for garbage in it takes a tenth of the judge's time
    try:
        if carry_out is not None:
            return carry_out(request, watcher)
        if elsewhere is not None:
            return elsewhere(request, watcher, kept)
        return run(request, watcher, launcher, kept)
    except Interrupted as interrupted:
        return interrupted.report
    except KeyboardInterrupt:
        return nothing_judged(request, launcher.isolation if launcher is not None else {})
