"""Files that have lost their name are counted by who holds them, in this very process."""

import mmap
import os
import sys
from pathlib import Path

import pytest

from judge.sandbox.unnamed import count_unnamed

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
    assert count_unnamed([os.getpid()], tmp_path) == 0
    pages, file = deleted(tmp_path, mapped=True), deleted(tmp_path, mapped=False)
    assert isinstance(pages, mmap.mmap)
    assert isinstance(file, int)
    again = os.dup(file)
    assert count_unnamed([os.getpid()], tmp_path) == 2
    pages.close()
    os.close(again)
    assert count_unnamed([os.getpid()], tmp_path) == 1
    os.close(file)
    assert count_unnamed([os.getpid()], tmp_path) == 0


def test_files_with_a_name_or_of_another_folder_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "named").touch()
    (tmp_path / "other").mkdir()
    elsewhere = deleted(tmp_path / "other", mapped=False)
    assert isinstance(elsewhere, int)
    with (tmp_path / "named").open():
        assert count_unnamed([os.getpid()], tmp_path / "folder") == 0
    os.close(elsewhere)


def test_a_process_that_ended_holds_nothing(tmp_path: Path) -> None:
    assert count_unnamed([2**22 + 1], tmp_path) == 0
