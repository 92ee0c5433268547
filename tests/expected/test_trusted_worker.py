import os
import time
import zlib
from contextlib import nullcontext
from pathlib import Path

import pytest
from toys import Toy

from judge.cases import expand
from judge.expected.trusted_worker import SETTLED_SECONDS, STAGE, STALE_SECONDS, Trusted, share
from judge.expected.values import ExpectedValues
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher

JITTED = """\
import jax

@jax.jit
def step(seed, x):
    return (2 * x.sum() + seed).reshape(1)
"""


def test_trusted_code_writes_compiled_programs(zygote: Launcher, tmp_path: Path) -> None:
    toy = Toy.make(tmp_path / "jitted", reference=JITTED)
    truths = ExpectedValues(Trusted(Sandbox(zygote), zygote.start(), tmp_path / "cache", print))
    assert truths.of(toy.load(), expand(toy.load(), 0))["plain"].fault is None
    compiled = truths.trusted.compiled
    assert compiled.parent == tmp_path / "cache/compiled"
    assert [path for path in compiled.parent.iterdir() if path != compiled] == [], "no stage is left"
    kept = [path.read_bytes() for path in compiled.iterdir() if path.name.endswith("-cache")]
    assert kept
    assert not any(b"reference" in unpacked(data) for data in kept), "learners' workers can read it"


def unpacked(data: bytes) -> bytes:
    """A compiled program as JAX keeps it: packed by zstandard where that is installed, else by zlib."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        zstandard = pytest.importorskip("zstandard", reason="only zstandard reads what it has packed")
        return bytes(zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 28))


# --- the stage ----------------------------------------------------------------------------------------


@pytest.fixture
def trusted(tmp_path: Path) -> Trusted:
    return Trusted(None, {}, tmp_path / "cache", print)  # type: ignore[arg-type] # nothing is run


def test_what_is_written_on_the_stage_is_seen_when_all_is_over(trusted: Trusted) -> None:
    trusted.compiled.mkdir(parents=True)
    (trusted.compiled / "old").write_text("old")
    with trusted.stage() as stage:
        assert stage.folder is not None
        assert (stage.folder / "old").read_text() == "old"
        (stage.folder / "new").write_text("new")
        stage.whole = True
        assert not (trusted.compiled / "new").exists()
    assert {path.name: path.read_text() for path in trusted.compiled.iterdir()} == {
        "old": "old",
        "new": "new",
    }
    assert list(trusted.compiled.parent.iterdir()) == [trusted.compiled]


@pytest.mark.parametrize("raises", [False, True])
def test_the_last_one_is_left_out_where_its_writer_was_ended(trusted: Trusted, *, raises: bool) -> None:
    with pytest.raises(ZeroDivisionError) if raises else nullcontext(), trusted.stage() as stage:
        assert stage.folder is not None
        for seconds, name in ((1, "first"), (2, "second"), (3, "half written"), (3, "at the same moment")):
            (stage.folder / name).touch()
            os.utime(stage.folder / name, (seconds, seconds))
        if raises:
            1 / 0  # noqa: B018 - to leave it so
    assert {path.name for path in trusted.compiled.iterdir()} == {"first", "second"}


def test_stages_that_were_left_behind_are_removed_and_others_not(trusted: Trusted) -> None:
    for name, age in ((f"{STAGE}left", STALE_SECONDS + 60), (f"{STAGE}used", 60), ("folder", 1e6)):
        (trusted.compiled.parent / name).mkdir(parents=True)
        (trusted.compiled.parent / name / "entry").touch()
        os.utime(trusted.compiled.parent / name, (time.time() - age,) * 2)
    with trusted.stage():
        pass
    left = {path.name for path in trusted.compiled.parent.iterdir()} - {trusted.compiled.name}
    assert left == {f"{STAGE}used", "folder"}


def test_where_nothing_can_be_written_there_is_no_stage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Trusted(None, {}, tmp_path / "file/cache", print).stage() as stage:  # type: ignore[arg-type] # as above
        assert stage.folder is None


def test_a_compiled_program_is_found_in_whichever_folder_it_lies(zygote: Launcher, tmp_path: Path) -> None:
    """Entries are written on a stage, and an image's cache may be copied: keys must not tell the folder."""
    toy = Toy.make(tmp_path / "jitted", reference=JITTED)
    for name in ("one", "other"):
        truths = ExpectedValues(Trusted(Sandbox(zygote), zygote.start(), tmp_path / name, print))
        assert truths.of(toy.load(), expand(toy.load(), 0))["plain"].fault is None
    kept = [
        {path.name for path in (tmp_path / name / "compiled").rglob("*-cache")} for name in ("one", "other")
    ]
    assert kept[0]
    assert kept[0] == kept[1]


def test_what_variants_compiled_is_shared_once_it_is_whole(tmp_path: Path) -> None:
    mine, others = tmp_path / "mine", tmp_path / "others"
    for folder in (mine, others):
        folder.mkdir()
    for name, age in {"whole": 2 * SETTLED_SECONDS, "fresh": 0.0, "known": 2 * SETTLED_SECONDS}.items():
        (others / name).write_text("theirs")
        os.utime(others / name, (time.time() - age,) * 2)
    (mine / "known").write_text("mine")
    (mine / "gone").symlink_to(others / "pruned")
    share(mine, [mine, others, tmp_path / "none"])
    found = {path.name: path.read_text() for path in mine.iterdir()}
    assert found == {"whole": "theirs", "known": "mine"}
    share(others, [mine, others])
    assert {path.name for path in others.iterdir()} == {"whole", "fresh", "known"}
