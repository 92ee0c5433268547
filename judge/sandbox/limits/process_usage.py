"""The figures of one process, read many times for each submission: so by the one file that has them all."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 1024 * 1024
ENDED = b"Z"
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
    if fields[0] == ENDED and int(fields[THREADS]) > 1:  # its memory is told by the threads that are left
        fields[RESIDENT] = _of_a_thread(process.pid) or fields[RESIDENT]
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


def surviving(pid: int) -> str | None:
    """Where /proc tells of a process whose first thread has ended alone: by a thread that is left."""
    with contextlib.suppress(OSError, IndexError):
        if read_proc(f"/proc/{pid}/stat").rpartition(b")")[2].split()[0] != ENDED:
            return None
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names are all that is wanted
            place = f"/proc/{pid}/task/{thread}"
            with contextlib.suppress(OSError, IndexError):
                if read_proc(f"{place}/stat").rpartition(b")")[2].split()[0] not in {ENDED, b"X"}:
                    return place
    return None


def _of_a_thread(pid: int) -> bytes | None:
    """Resident pages, as a thread that is left has them."""
    place = surviving(pid)
    with contextlib.suppress(OSError, IndexError):
        if place is not None:
            return read_proc(f"{place}/stat").rpartition(b")")[2].split()[RESIDENT]
    return None


def private_mib(process: psutil.Process) -> float:
    """Resident memory that is no file's, in MiB; 0 when the process is gone."""
    place = surviving(process.pid)
    if place is not None:
        return _line(place, "status", b"RssAnon:") + _line(place, "status", b"RssShmem:")
    try:
        memory = process.memory_info()
    except psutil.Error:
        return 0.0
    shared = _line(f"/proc/{process.pid}", "status", b"RssShmem:")
    return (memory.rss - getattr(memory, "shared", 0)) / MIB + shared


def proportional_mib(process: psutil.Process) -> float:
    """Memory of a process, in MiB, each page divided by those who share it.

    Raises:
        psutil.Error, AttributeError: it is gone, or the system doesn't say.
    """
    place = surviving(process.pid)
    if place is not None:
        return _line(place, "smaps", b"Pss:")
    return float(process.memory_full_info().pss) / MIB


def _line(place: str, file: str, key: bytes) -> float:
    """The sum of what these lines of one of /proc's files say, in MiB; 0 where the system doesn't say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path(f"{place}/{file}").read_bytes().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(key)) / 1024
    return 0.0
