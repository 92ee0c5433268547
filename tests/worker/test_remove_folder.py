import os
from pathlib import Path

import pytest

from judge.worker.remove_folder import remove_tree


def test_everything_below_a_folder_goes_with_it(tmp_path: Path):
    top = tmp_path / "top"
    (top / "a" / "b").mkdir(parents=True)
    for name in ("x", "a/y", "a/b/z"):
        (top / name).write_text("1")
    assert remove_tree(str(top))
    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_what_they_lead_to_stays(tmp_path: Path):
    outside, top = tmp_path / "outside", tmp_path / "top"
    (outside / "kept").mkdir(parents=True)
    top.mkdir()
    (top / "folder").symlink_to(outside)
    (top / "dangling").symlink_to("nowhere")
    assert remove_tree(str(top))
    assert [path.name for path in outside.iterdir()] == ["kept"]


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    (outside / "kept").mkdir(parents=True)
    (tmp_path / "top").symlink_to(outside)
    assert not remove_tree(str(tmp_path / "top"))
    assert (outside / "kept").exists()


@pytest.mark.process
def test_depth_beyond_every_path_and_closed_folders_are_no_obstacle(tmp_path: Path):
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d" * 20, dir_fd=here)
        inner = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.fchmod(inner, 0o300)
        os.close(here)
        here = inner
    os.close(here)
    assert remove_tree(str(top))


@pytest.mark.process
def test_many_files_go_and_what_is_gone_is_no_fault(tmp_path: Path):
    top = tmp_path / "top"
    top.mkdir()
    for number in range(3000):
        (top / str(number)).touch()
    assert remove_tree(str(top))
    assert remove_tree(str(top))
