"""Against real processes: memory that is shared, CPU time of the dead, files."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from judge.sandbox.limits import tree_usage
from judge.sandbox.limits.process_usage import private_mib, proportional_mib
from judge.sandbox.limits.tree_usage import (
    SCRATCH_FILES,
    SETTLED_NS,
    Scratch,
    UsageMeter,
    count_files,
    descendants,
)

MIB = 1 << 20
# Holds 60 MiB, then has children that share them and hold 10 more each.
FAMILY = """
import os, time
shared = bytearray(os.urandom(1) * (60 << 20))
for _ in range(4):
    if os.fork() == 0:
        own = bytearray(os.urandom(1) * (10 << 20))
        break
print("there", flush=True)
time.sleep(60)
"""
BUSY = """
import os, sys, time
if os.fork() == 0:
    while time.process_time() < 0.35:  # more than is asked for: the system counts in ticks
        pass
    os._exit(0)
os.wait() if sys.argv[1] == "reaped" else None
print("there", flush=True)
time.sleep(60)
"""


@contextmanager
def running(program: str, *arguments: str, lines: int = 1) -> Iterator[int]:
    """Its process id, once it has said so many lines."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    try:
        for _ in range(lines):
            process.stdout.readline()
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what processes share")
def test_memory_that_processes_share_is_counted_once() -> None:
    with running(FAMILY, lines=5) as pid:
        peak = UsageMeter(pid).read().peak_mib
    assert 100 < peak < 160, "60 shared, 4 times 10, and five Pythons"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what processes share")
def test_below_the_limit_what_is_shared_is_not_asked_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    really = UsageMeter._proportional

    def proportional(meter: UsageMeter) -> float:
        nonlocal asked
        asked += 1
        return really(meter)

    monkeypatch.setattr(UsageMeter, "_proportional", proportional)
    with running(FAMILY, lines=5) as pid:
        meter = UsageMeter(pid)
        for _ in range(10):
            meter.read(memory_limit=1000)
        assert asked == 1
        for _ in range(3):
            meter.read(memory_limit=1)
        assert asked == 4


@pytest.mark.parametrize("how", ["reaped", "left"])
def test_cpu_time_of_those_that_ended_is_kept(how: str) -> None:
    with running(BUSY, how) as pid:
        meter = UsageMeter(pid)
        stop = time.monotonic() + 10
        while (used := meter.read().cpu_seconds) < 0.3 and time.monotonic() < stop:
            time.sleep(0.02)
        assert used >= 0.3
        assert meter.read().cpu_seconds >= used


def test_a_process_that_is_gone_uses_nothing() -> None:
    with running("print(1)") as pid:
        pass
    assert UsageMeter(pid).read().processes == 0


# A child of a thread that isn't the first one, and that child's own child.
BRANCHES = """
import os, threading, time
def branch():
    if os.fork() == 0:
        if os.fork() == 0:
            os.write(1, b"there\\n")
        time.sleep(60)
    time.sleep(60)
threading.Thread(target=branch).start()
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a thread")
@pytest.mark.parametrize(("program", "lines", "count"), [(FAMILY, 5, 4), (BRANCHES, 1, 2)])
def test_descendants_are_found_as_the_process_table_has_them(program: str, lines: int, count: int) -> None:
    with running(program, lines=lines) as pid:
        found = descendants(pid)
        assert sorted(found) == sorted(child.pid for child in psutil.Process(pid).children(recursive=True))
    assert len(found) == count


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a thread")
def test_who_asks_for_the_descendants_of_one_that_is_gone_is_told() -> None:
    with running("print(1)") as pid:
        pass
    with pytest.raises(OSError, match=str(pid)):
        descendants(pid)


def test_files_are_counted_through_all_folders(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(bytes(MIB))
    (tmp_path / "link").symlink_to("/")
    found = count_files(tmp_path)
    assert (found.files, found.closed) == (4, 0)
    assert 1.0 <= found.mib < 1.1


def test_what_was_made_just_now_is_counted_when_the_answer_is_there(tmp_path: Path) -> None:
    with running("import time; print(flush=True); time.sleep(60)") as pid:
        meter = UsageMeter(pid, tmp_path)
        assert meter.read().files == 0
        (tmp_path / "a").mkdir()
        assert [meter.read(fresh=fresh).files for fresh in (False, True)] == [0, 1]


def test_a_folder_that_is_as_it_was_when_it_was_empty_is_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def counted(folder: Path) -> Scratch:
        looks.append(1)
        return count_files(folder)

    monkeypatch.setattr(tree_usage, "count_files", counted)
    with running("import time; print(flush=True); time.sleep(60)") as pid:
        meter = UsageMeter(pid, tmp_path)
        with monkeypatch.context() as slow:  # however slow the machine is, that time isn't over
            slow.setattr(tree_usage, "SETTLED_NS", 10**15)
            meter.read()
            meter.read()
        assert len(looks) == 2  # it may have been changed in the same tick of the clock
        time.sleep(2 * SETTLED_NS / 1e9)
        assert [meter.read().files for _ in range(5)] == [0] * 5
        assert len(looks) == 3
        before = tmp_path.stat()
        (tmp_path / "a").touch()
        os.utime(tmp_path, ns=(before.st_atime_ns, before.st_mtime_ns))  # who can set this hides nothing
        assert [meter.read().files for _ in range(2)] == [1, 1]
        (tmp_path / "a").write_bytes(bytes(MIB))
        assert meter.read().files_mib == 1


def test_files_of_a_folder_that_can_only_be_listed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()

    class Unknown:
        path, is_dir = "file", staticmethod(lambda **_: False)

        def stat(self, **_: bool) -> None:
            raise PermissionError

    monkeypatch.setattr(os, "scandir", lambda _path: contextlib.nullcontext(iter([Unknown()])))
    assert count_files(tmp_path) == (1, 0.0, 1)


@pytest.mark.parametrize("error", [PermissionError, OSError("File name too long")])
def test_a_folder_that_cannot_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refused(_path: str) -> None:
        raise error

    monkeypatch.setattr(os, "scandir", refused)
    assert count_files(tmp_path) == (0, 0.0, 1)


def test_counting_ends_at_many(tmp_path: Path) -> None:
    for number in range(SCRATCH_FILES + 10):
        (tmp_path / str(number)).touch()
    assert count_files(tmp_path).files == SCRATCH_FILES
    assert count_files(tmp_path / "not there") == (0, 0.0, 0)


HEADLESS = """
import ctypes, platform, threading, time
def fill():
    time.sleep(0.3)
    kept = bytearray(b"x") * (80 << 20)
    print("there", flush=True)
    time.sleep(60)
threading.Thread(target=fill).start()
ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there a thread can end alone")
def test_memory_is_told_by_the_threads_that_are_left_where_the_first_one_has_ended() -> None:
    with running(HEADLESS) as pid:
        assert UsageMeter(pid).read().peak_mib > 80
        process = psutil.Process(pid)
        assert private_mib(process) > 80
        assert proportional_mib(process) > 80
