"""Which limit a worker's tree has broken."""

from judge.evidence import Stop, StopReason
from judge.problem.model import Limits
from judge.sandbox.limits.tree_usage import Usage

FILES = 16  # as many files of the largest size may stand in the scratch folder
FILES_COUNT = 1000  # and so many of any size


def broken_limit(limits: Limits, seconds: float, usage: Usage, printed: int, *, done: bool) -> Stop | None:
    """The first limit that is broken, None when all hold.

    Args:
        seconds: wall time. printed: bytes on both streams.
        done: the answer is there; then a wall time a little over the limit, seen late, is forgiven.
    """
    measures = (
        (StopReason.OUTPUT, printed / 1024, limits.output_kib, "KiB printed"),
        (StopReason.FILES, usage.files_mib, limits.file_mib * FILES, "MiB in files"),
        (StopReason.FILES, usage.files, FILES_COUNT, "files and folders"),
        (StopReason.FILES, usage.unnamed, FILES, "deleted files, still open or mapped"),
        (StopReason.FILES, usage.closed, 0, "folders that can't be looked into"),
        (StopReason.PROCESSES, usage.processes, limits.processes, "processes and threads"),
        (StopReason.MEMORY, usage.peak_mib, limits.memory_mib, "MiB of memory"),
        (StopReason.CPU, usage.cpu_seconds, limits.cpu_s, "s of CPU time"),
        (StopReason.WALL, seconds, limits.wall_s, "s"),
    )
    for reason, measured, limit, unit in measures:
        over = measured > limit or (reason is StopReason.WALL and not done and measured >= limit)
        if over:
            detail = f"{measured:.1f} {unit}, {limit:g} allowed"
            if reason is StopReason.OUTPUT:  # measured is only what was read until then
                detail = f"it was stopped at {limit:g} KiB, which is all that may be printed"
            return Stop(reason=reason, measured=measured, limit=limit, detail=detail)
    return None
