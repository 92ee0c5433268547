from pathlib import Path

import pytest

from judge.commands.cache import clear
from judge.errors import HarnessError


def test_everything_is_removed_and_counted(tmp_path: Path):
    cache = tmp_path / "judge"
    (cache / "deep").mkdir(parents=True)
    (cache / "one").write_bytes(b"x" * 100)
    (cache / "deep/two").write_bytes(b"x" * 23)
    assert clear(cache) == 123
    assert not cache.exists()


def test_a_cache_that_is_not_there_is_clear(tmp_path: Path):
    assert clear(tmp_path / "judge") == 0


def test_links_in_the_cache_are_removed_and_not_followed(tmp_path: Path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_text("kept")
    cache = tmp_path / "judge"
    cache.mkdir()
    (cache / "link").symlink_to(tmp_path / "precious")
    assert clear(cache) == 0
    assert (tmp_path / "precious/file").read_text() == "kept"


def test_a_link_in_the_caches_place_is_not_followed(tmp_path: Path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "judge").symlink_to(tmp_path / "precious")
    with pytest.raises(HarnessError, match="can't be removed"):
        clear(tmp_path / "judge")
    assert (tmp_path / "precious").is_dir()
