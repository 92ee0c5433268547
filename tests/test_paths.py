import os
import sys
import tomllib
from pathlib import Path

import pytest

from judge.paths import (
    CHECKOUT,
    DISTRIBUTION,
    cache_dir,
    find_root,
    install_advice,
    make_folder,
    shown,
    state_dir,
)


def test_the_root_is_the_nearest_folder_with_problems_at_or_above(tmp_path: Path):
    below = tmp_path / "a/b/c"
    below.mkdir(parents=True)
    assert find_root(below) is None
    (tmp_path / "problems").mkdir()
    assert find_root(below) == find_root(tmp_path) == tmp_path
    (tmp_path / "a/b/problems").mkdir()
    assert find_root(below) == tmp_path / "a/b"


def test_a_file_called_problems_is_no_root(tmp_path: Path):
    (tmp_path / "problems").touch()
    assert find_root(tmp_path) is None


@pytest.mark.parametrize(
    ("variable", "folder"),
    [("/somewhere", "/somewhere/judge"), ("", "~/.cache/judge"), ("relative", "~/.cache/judge")],
)
def test_the_cache_is_where_the_user_keeps_caches(
    variable: str, folder: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", variable)
    assert cache_dir() == Path(folder).expanduser()


def test_the_cache_of_a_user_without_variables_is_below_their_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir() == tmp_path / ".cache/judge"


def test_what_a_learner_has_done_is_where_the_user_keeps_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert state_dir() == Path("/somewhere/judge")
    monkeypatch.setenv("HOME", str(tmp_path))
    for unusable in ("", "relative"):
        monkeypatch.setenv("XDG_STATE_HOME", unusable)
        assert state_dir() == tmp_path / ".local/state/judge"


def test_what_is_missing_is_installed_by_make_in_a_checkout_and_by_pip_elsewhere(tmp_path: Path):
    assert install_advice("jax") == f"make -C {CHECKOUT} run"
    assert install_advice("watch") == f"make -C {CHECKOUT} setup"
    assert install_advice("postgres") == f"{sys.executable} -m pip install 'psycopg[binary]'"
    assert install_advice("jax", tmp_path) == "pip install 'numerics-judge[jax]'"
    spaced = tmp_path / "my judge"
    spaced.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        (spaced / name).touch()
    assert install_advice("isolation", spaced) == f"make -C '{spaced}' setup"


def test_the_distribution_is_called_what_the_advice_says():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert project["name"] == DISTRIBUTION
    assert project["scripts"] == {"judge": "judge.cli:main"}


def test_paths_are_shown_from_the_root_where_they_lie_under_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root, beside = tmp_path / "root", tmp_path / "beside"
    (root / "sub").mkdir(parents=True)
    beside.mkdir()
    monkeypatch.chdir(root / "sub")
    assert shown(Path("a.py"), root) == "sub/a.py"
    assert shown(root / "sub/../b.py", root) == "b.py"
    assert shown(Path("../../beside/c.py"), root) == "../../beside/c.py"
    assert shown(beside / "c.py", root) == f"{beside}/c.py"


def test_a_link_to_the_root_is_the_root_and_a_linked_file_keeps_its_name(tmp_path: Path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").touch()
    (root / "b.py").symlink_to("a.py")
    (tmp_path / "alias").symlink_to("root")
    assert shown(tmp_path / "alias/b.py", root) == "b.py"
    assert shown(root / "b.py", tmp_path / "alias") == "b.py"


def test_a_folder_is_made_once_and_never_over_a_file(tmp_path: Path):
    make_folder(tmp_path / "a/b")
    make_folder(tmp_path / "a/b")
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(NotADirectoryError) as raised:
            make_folder(wrong)
        assert raised.value.strerror == os.strerror(raised.value.errno)
