"""Against a folder that looks like a cgroup hierarchy: none of our machines delegates a real one."""

import os
from pathlib import Path

import pytest

from judge.sandbox.starting.cgroup import Group, find


def hierarchy(folder: Path, *, controllers: str = "cpu memory pids", processes: str | None = None) -> Path:
    """A mount with the group `user/run`, in which this process is."""
    group = folder / "fs" / "user" / "run"
    group.mkdir(parents=True)
    (folder / "fs" / "cgroup.controllers").write_text("cpu memory pids\n")
    (group / "cgroup.controllers").write_text(controllers)
    (group / "cgroup.procs").write_text(f"{os.getpid()}\n" if processes is None else processes)
    (group / "cgroup.subtree_control").write_text("")
    (folder / "own").write_text("1:name=systemd:/elsewhere\n0::/user/run\n")
    return group


def test_a_delegated_group_is_set_up_and_this_process_moves_down(tmp_path: Path):
    group = hierarchy(tmp_path)
    groups = find(tmp_path / "fs", tmp_path / "own")
    assert groups is not None
    assert groups.path == group
    assert (group / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (group / "judge" / "cgroup.procs").read_text() == str(os.getpid())


def test_a_group_that_is_set_up_already_is_found_again(tmp_path: Path):
    group = hierarchy(tmp_path, processes="")
    (tmp_path / "own").write_text("0::/user/run/judge\n")
    groups = find(tmp_path / "fs", tmp_path / "own")
    assert groups is not None
    assert groups.path == group


@pytest.mark.parametrize(
    "wrong", [{"controllers": "cpu pids"}, {"processes": "1\n"}, {"processes": "no numbers"}]
)
def test_a_group_that_is_not_ours_alone_is_left_as_it_is(tmp_path: Path, wrong: dict[str, str]):
    group = hierarchy(tmp_path, **wrong)
    assert find(tmp_path / "fs", tmp_path / "own") is None
    assert (group / "cgroup.subtree_control").read_text() == ""
    assert not (group / "judge").exists()


@pytest.mark.parametrize("own", ["1:memory:/user/run\n", "0::/\n", "", "0::/not/there\n"])
def test_without_a_unified_hierarchy_of_its_own_there_is_none(tmp_path: Path, own: str):
    hierarchy(tmp_path)
    (tmp_path / "own").write_text(own)
    assert find(tmp_path / "fs", tmp_path / "own") is None
    assert find(tmp_path / "nowhere", tmp_path / "own") is None


def test_a_worker_s_group_has_limits_and_tells_what_was_used(tmp_path: Path):
    hierarchy(tmp_path)
    groups = find(tmp_path / "fs", tmp_path / "own")
    assert groups is not None
    group = groups.new()
    group.limit(512, 64)
    limits = {path.name: path.read_text() for path in group.path.iterdir()}
    assert limits == {
        "memory.max": str(512 << 20),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "pids.max": "64",
    }
    (group.path / "memory.current").write_text(f"{3 << 20}\n")
    assert group.peak_mib() == 3.0
    (group.path / "memory.peak").write_text(f"{5 << 20}\n")
    assert group.peak_mib() == 5.0
    assert not group.ran_out()
    (group.path / "memory.events").write_text("low 0\noom 1\noom_kill 0\noom_group_kill 1\n")
    assert not group.ran_out()
    (group.path / "memory.events").write_text("low 0\noom 1\noom_kill 2\n")
    assert group.ran_out()


def test_a_group_is_given_back_when_it_is_empty(tmp_path: Path):
    made = tmp_path / "worker"
    made.mkdir()
    Group(made).remove()
    assert (made / "cgroup.kill").read_text() == "1", "written, and so no empty folder here"
    (made / "cgroup.kill").unlink()
    made.rmdir()
    Group(made).remove()
    assert (Group(made).peak_mib(), Group(made).ran_out()) == (0.0, False)
