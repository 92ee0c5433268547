"""Files that have lost their name are counted by who holds them, in this very process."""

import mmap
import os
import subprocess
import sys
from pathlib import Path

import pytest

from judge.sandbox.limits.deleted_files import count_deleted_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process holds")


def deleted(folder: Path, *, mapped: bool) -> mmap.mmap | int:
    path = folder / "file"
    path.write_bytes(bytes(8192))
    file = os.open(path, os.O_RDWR)
    path.unlink()
    if not mapped:
        return file
    pages = mmap.mmap(file, 4096)
    os.close(file)
    return pages


def test_deleted_files_are_counted_once_whether_open_or_mapped(tmp_path: Path) -> None:
    assert count_deleted_files([os.getpid()], tmp_path) == 0
    pages, file = deleted(tmp_path, mapped=True), deleted(tmp_path, mapped=False)
    assert isinstance(pages, mmap.mmap)
    assert isinstance(file, int)
    again = os.dup(file)
    assert count_deleted_files([os.getpid()], tmp_path) == 2
    pages.close()
    os.close(again)
    assert count_deleted_files([os.getpid()], tmp_path) == 1
    os.close(file)
    assert count_deleted_files([os.getpid()], tmp_path) == 0


def test_files_with_a_name_or_of_another_folder_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "named").touch()
    (tmp_path / "other").mkdir()
    elsewhere = deleted(tmp_path / "other", mapped=False)
    assert isinstance(elsewhere, int)
    with (tmp_path / "named").open():
        assert count_deleted_files([os.getpid()], tmp_path / "folder") == 0
    os.close(elsewhere)


def test_a_process_that_ended_holds_nothing(tmp_path: Path) -> None:
    assert count_deleted_files([2**22 + 1], tmp_path) == 0


HOLDS_APART = """
import ctypes, os, sys, threading, time
def hold():
    if ctypes.CDLL(None).syscall(436, 3000, 4000, 2) != 0:  # close_range, CLOSE_RANGE_UNSHARE
        print("old", flush=True)
    file = os.open(sys.argv[1] + "/file", os.O_RDWR | os.O_CREAT)
    os.unlink(sys.argv[1] + "/file")
    print("there", flush=True)
    time.sleep(60)
threading.Thread(target=hold).start()
time.sleep(60)
"""


def test_what_another_thread_holds_with_descriptors_of_its_own_counts(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS_APART, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            if process.stdout.readline() == "old\n":
                pytest.skip("this kernel has no close_range")
            assert count_deleted_files([process.pid], tmp_path) == 1
        finally:
            process.kill()
