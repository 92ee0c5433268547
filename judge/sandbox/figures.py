"""The figures of one process, read many times for each submission: so by the one file that has them all."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 1024 * 1024
PROC_BYTES = 4096  # one line, or the first hundreds of children
TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
PAGE = os.sysconf("SC_PAGE_SIZE") / MIB  # MiB
USER, SYSTEM, WAITED_USER, WAITED_SYSTEM, THREADS, RESIDENT = (
    11,
    12,
    13,
    14,
    17,
    21,
)  # proc_pid_stat(5), from 0 at `state`


@dataclass(frozen=True, slots=True)
class Seen:
    """One process: CPU seconds of its own and of the children it has reaped, memory in MiB, threads."""

    own: float
    waited: float
    resident: float
    threads: int


def measure(process: psutil.Process) -> Seen | None:
    """The figures of one process, None when it is gone.

    psutil has them from three files and takes five times as long; it is asked where there is no /proc.
    """
    try:
        line = read_proc(f"/proc/{process.pid}/stat")
    except FileNotFoundError:
        return _measure_anywhere(process)
    except OSError:  # it ended while it was read
        return None
    fields = line[line.rindex(b")") + 2 :].split()
    return Seen(
        own=(int(fields[USER]) + int(fields[SYSTEM])) * TICK,
        waited=(int(fields[WAITED_USER]) + int(fields[WAITED_SYSTEM])) * TICK,
        resident=int(fields[RESIDENT]) * PAGE,
        threads=int(fields[THREADS]),
    )


def read_proc(path: str) -> bytes:
    """The beginning of one of /proc's files, without what makes `open` several times slower.

    Raises:
        OSError: there is none, or its process ended meanwhile.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, PROC_BYTES)
    finally:
        os.close(descriptor)


def _measure_anywhere(process: psutil.Process) -> Seen | None:
    try:
        with process.oneshot():
            times, memory = process.cpu_times(), process.memory_info()
            return Seen(
                own=times.user + times.system,
                waited=times.children_user + times.children_system,
                resident=memory.rss / MIB,
                threads=process.num_threads(),
            )
    except psutil.Error:
        return None


def private_mib(process: psutil.Process) -> float:
    """Resident memory that is no file's, in MiB; 0 when the process is gone."""
    try:
        memory = process.memory_info()
    except psutil.Error:
        return 0.0
    return (memory.rss - getattr(memory, "shared", 0)) / MIB + _shared_memory(process.pid)


def _shared_memory(pid: int) -> float:
    """What a process has of memory shared without a file, in MiB; 0 where the system doesn't say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_bytes().splitlines():
            if line.startswith(b"RssShmem:"):
                return int(line.split()[1]) / 1024
    return 0.0
