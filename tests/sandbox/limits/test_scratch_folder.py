import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from judge.sandbox.limits.scratch_folder import RunFolder, scratch_base, sweep

HOLD = """
import time
from judge.sandbox.limits.scratch_folder import RunFolder
run = RunFolder()
print(run.path, flush=True)
time.sleep(60)
"""


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("judge.sandbox.limits.scratch_folder.FALLBACKS", (str(tmp_path),))
    return scratch_base()


def test_a_run_has_one_folder_and_each_worker_one_in_it(base: Path):
    run = RunFolder()
    first, second = run.new(), run.new()
    assert first.parent == second.parent == run.path
    assert run.path.parent == base
    assert first.stat().st_mode & 0o777 == 0o700
    run.remove()
    assert not run.path.exists()


def test_the_folder_of_a_killed_run_is_swept_by_the_next_and_that_of_a_living_one_stays(base: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(base)},
    )
    assert holder.stdout is not None
    path = Path(holder.stdout.readline().strip())
    sweep(path.parent)
    assert path.is_dir(), "it lives"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    sweep(path.parent)
    assert not path.exists()


def test_a_folder_without_a_lock_is_left_alone_while_it_may_be_being_made(base: Path):
    made = base / "judge-run-being-made"
    made.mkdir()
    sweep(base)
    assert made.is_dir()
    os.utime(made, (0, 0))
    sweep(base)
    assert not made.exists()
