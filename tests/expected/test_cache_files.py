import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.expected.cache_files import files_in, prune, read_checked, write_checked, write_whole


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("content", [b"", b"\0", b"a\r\nb", bytes(range(256)) * 300])
def test_what_is_written_is_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "deep" / "down" / "entry"
    write_checked(path, content)
    assert read_checked(path) == content
    assert files(tmp_path) == {"deep/down/entry"}


def test_an_entry_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_checked(tmp_path / "entry", b"a longer one")
    write_checked(tmp_path / "entry", b"short")
    assert read_checked(tmp_path / "entry") == b"short"


def test_what_is_not_there_reads_as_none(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    assert [read_checked(tmp_path / name) for name in ("missing", "folder", "empty")] == [None, None, None]


@given(st.binary(max_size=40), st.data())
def test_a_damaged_entry_reads_as_none(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("disk") / "entry"
    write_checked(path, content)
    whole = path.read_bytes()
    place = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    cut_or_flipped = data.draw(st.booleans())
    flipped = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    path.write_bytes(whole[:place] if cut_or_flipped else flipped)
    assert read_checked(path) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_checked(tmp_path / "file" / "entry", b"x")
    (tmp_path / "folder").mkdir()
    write_checked(tmp_path / "folder", b"x")
    assert files(tmp_path) == {"file"}


def test_a_write_that_fails_raises_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "folder", b"x")
    assert files(tmp_path) == set()


def test_a_name_may_be_as_long_as_the_file_system_takes(tmp_path: Path) -> None:
    write_whole(tmp_path / ("n" * 255), b"x")
    assert files(tmp_path) == {"n" * 255}


def test_an_entry_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_checked(tmp_path / "entry", b"expected values")
    assert stat.S_IMODE((tmp_path / "entry").stat().st_mode) == 0o600


def test_prune_removes_what_was_not_used_for_longest(tmp_path: Path) -> None:
    for age, name in enumerate(["new", "a/middle", "b/old"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(bytes(1024))
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    prune(tmp_path, limit_mib=3 / 1024)
    assert files(tmp_path) == {"new", "a/middle", "b/old"}
    prune(tmp_path, limit_mib=2.5 / 1024)
    assert files(tmp_path) == {"new", "a/middle"}
    prune(tmp_path, limit_mib=0)
    assert files(tmp_path) == set()


def test_reading_an_entry_counts_as_use(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_checked(tmp_path / name, b"x" * 1000)
        os.utime(tmp_path / name, (1000, 1000))
    read_checked(tmp_path / "first")
    prune(tmp_path, limit_mib=1500 / 2**20)
    assert files(tmp_path) == {"first"}


def test_links_take_no_room_and_stay(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(600 * 1024))
    (tmp_path / "link").symlink_to(tmp_path / "file")
    prune(tmp_path, limit_mib=1)
    assert files(tmp_path) == {"file", "link"}


def test_what_another_run_removes_meanwhile_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"1")
    (tmp_path / "stage").mkdir()
    (tmp_path / "stage" / "moved").write_bytes(b"12")
    found = files_in(tmp_path)
    path, status = next(found)
    shutil.rmtree(tmp_path / "stage")
    assert (path.name, status.st_size, list(found)) == ("kept", 1, [])


def test_prune_of_a_folder_that_is_not_there_does_nothing(tmp_path: Path) -> None:
    prune(tmp_path / "missing")
    assert files(tmp_path) == set()
