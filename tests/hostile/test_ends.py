"""The judge's own end, from outside: at Ctrl-C, killed, on a full disk. Nothing hangs, nothing is left."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from toys import PROBLEM, Toy

import judge

SLOW = """\
import time

import numpy as np


def step(seed, x):
    time.sleep({seconds})
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
"""
PLENTY = 60.0  # seconds, on a busy machine


@dataclass(slots=True)
class Outside:
    """A toy exercise, with a judge whose processes bear a mark."""

    toy: Toy
    tmp: Path
    cache: Path
    mark: str = field(default_factory=lambda: f"ends-{secrets.token_hex(6)}")

    def start(self, *options: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
        command = [*before, sys.executable, "-m", "judge", "--root", str(self.toy.root), "run", "--jobs", "2"]
        return subprocess.Popen(
            [*command, *options],
            env={
                "PATH": os.defpath,
                "HOME": str(self.tmp),
                "TMPDIR": str(self.tmp),
                "XDG_CACHE_HOME": str(self.cache),
                "XDG_STATE_HOME": str(self.cache),
                "TZ": self.mark,  # goes on to workers
                "PYTHONPATH": str(Path(judge.__file__).parents[1]),
            },
            cwd=self.toy.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def alive(self) -> list[str]:
        """The processes that bear the mark."""
        found = []
        for process in psutil.process_iter():
            with suppress(OSError, psutil.Error):
                marked = f"TZ={self.mark}".encode() in Path(f"/proc/{process.pid}/environ").read_bytes()
                if marked and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline())[:100])
        return found

    def end(self) -> None:
        """Wait until all is quiet: nothing runs, nothing is left."""
        stop = time.monotonic() + 20
        while (self.alive() or list(self.tmp.iterdir())) and time.monotonic() < stop:
            time.sleep(0.1)
        assert (self.alive(), list(self.tmp.iterdir())) == ([], [])


@pytest.fixture
def outside() -> Iterator[Outside]:
    base = Path(tempfile.mkdtemp(prefix="ends-"))
    base.chmod(0o755)  # unlike pytest's own: as root, scratch folders are only made where others get through
    for name in ("tmp", "cache"):
        (base / name).mkdir()
    toy = Toy.make(base / "root", text=PROBLEM.replace("wall_s: 10", "wall_s: 30"))
    made = Outside(toy, base / "tmp", base / "cache")
    yield made
    for process in psutil.process_iter():
        with suppress(OSError, psutil.Error):
            if f"TZ={made.mark}".encode() in Path(f"/proc/{process.pid}/environ").read_bytes():
                process.kill()
    shutil.rmtree(base)


def first_line(process: subprocess.Popen[str], beginning: str) -> dict[str, object]:
    """The first JSON line with this schema or submission."""
    assert process.stdout is not None
    for line in process.stdout:
        if beginning in line:
            return dict(json.loads(line))
    assert process.stderr is not None
    raise AssertionError(f"the judge ended: {process.stderr.read()}")


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.more)])
def test_an_interrupt_keeps_what_is_finished_and_ends_the_rest(
    outside: Outside, number: signal.Signals
) -> None:
    outside.toy.write("submissions/toy/a.py", SLOW.format(seconds=0))
    outside.toy.write("submissions/toy/b.py", SLOW.format(seconds=25))
    outside.toy.write("submissions/toy/c.py", SLOW.format(seconds=25))
    whole = outside.tmp.parent / "whole.json"
    process = outside.start("--format", "jsonl", "--report", f"json={whole}")
    assert first_line(process, "toy/a.py")["verdict"] == "accepted"
    began = time.monotonic()
    os.killpg(process.pid, number)
    time.sleep(0.02)
    os.killpg(process.pid, number)  # as `timeout` does, and a terminal with what passes it on
    rest, said = process.communicate(timeout=PLENTY)
    assert time.monotonic() - began < 15
    assert process.returncode == 130, said
    assert "Traceback" not in said
    last = json.loads(rest.splitlines()[-1])
    assert (last["complete"], last["exit_code"]) == (False, 130)
    kept = json.loads(whole.read_text())
    assert [one["submission"] for one in kept["results"]] == ["submissions/toy/a.py"]
    outside.end()


@pytest.mark.more
def test_ctrl_c_twice_and_at_any_moment_leaves_nothing(outside: Outside) -> None:
    outside.toy.write("submissions/toy/b.py", SLOW.format(seconds=25))
    for wait in (0.1, 0.6, 1.5, 3.0):
        process = outside.start("--format", "json")
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PLENTY)
        assert process.returncode in {130, -signal.SIGINT, 1}, said  # 1: before a line of the judge was read
        outside.end()


@pytest.mark.more
@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.more)])
def test_workers_and_scratch_go_with_a_judge_that_is_killed(outside: Outside, number: signal.Signals) -> None:
    outside.toy.write("submissions/toy/a.py", SLOW.format(seconds=0))
    outside.toy.write("submissions/toy/b.py", SLOW.format(seconds=25))
    process = outside.start("--format", "jsonl")
    first_line(process, "toy/a.py")
    assert list(outside.tmp.iterdir()), "the run has a folder"
    process.send_signal(number)
    process.communicate(timeout=PLENTY)
    outside.end()


def full_disk(place: Path, size: str) -> list[str]:
    """What begins a command that sees a file system of this size at this place."""
    before = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o {size} full "$0" && exec "$@"', str(place)]
    done = subprocess.run([*before, "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    return before


@pytest.mark.more
def test_where_no_scratch_folder_can_be_made_that_is_a_fault_of_the_judge(outside: Outside) -> None:
    outside.toy.write("submissions/toy/a.py", SLOW.format(seconds=0))
    before = full_disk(outside.tmp, "nr_inodes=4")  # the root, the run's folder and its lock
    process = outside.start("--format", "json", before=before)
    out, said = process.communicate(timeout=PLENTY)
    assert process.returncode == 3, said
    (result,) = json.loads(out)["results"]
    assert result["verdict"] == "judge_error"
    assert "No space left on device" in result["cases"][0]["message"]
    assert "Traceback" not in said


@pytest.mark.more
def test_a_disk_that_is_full_of_other_things_costs_the_cache_not_the_verdict(outside: Outside) -> None:
    outside.toy.write("submissions/toy/a.py", SLOW.format(seconds=0))
    before = full_disk(outside.cache, "size=4k,nr_inodes=8")
    process = outside.start("--format", "json", before=before)
    out, said = process.communicate(timeout=PLENTY)
    assert process.returncode == 0, said
    assert json.loads(out)["results"][0]["verdict"] == "accepted"
    assert "Traceback" not in said


@pytest.mark.more
def test_a_submission_that_fills_the_disk_leaves_the_one_beside_it_alone(outside: Outside) -> None:
    filler = SLOW.format(seconds=0).replace(
        "    time.sleep(0)\n",
        "    for number in range(15):\n        open(str(number), 'wb').write(bytes(1 << 20))\n",
    )
    outside.toy.write("submissions/toy/a.py", filler)
    outside.toy.write("submissions/toy/b.py", SLOW.format(seconds=0.5))
    before = full_disk(outside.tmp, "size=8m")
    process = outside.start("--format", "json", before=before)
    out, said = process.communicate(timeout=PLENTY)
    verdicts = {result["submission"]: result["verdict"] for result in json.loads(out)["results"]}
    assert verdicts["submissions/toy/b.py"] == "accepted", said
    assert verdicts["submissions/toy/a.py"] == "runtime_error"
    assert "Traceback" not in said


@pytest.mark.more
def test_a_report_that_cannot_be_written_is_a_fault_and_the_others_are_kept(outside: Outside) -> None:
    outside.toy.write("submissions/toy/a.py", SLOW.format(seconds=0))
    reports = outside.toy.root / "reports"
    reports.mkdir()
    before = full_disk(reports, "nr_inodes=1")
    process = outside.start(
        "--format", "json", "--report", f"html={reports / 'a.html'}", "--report", "csv=a.csv", before=before
    )
    out, said = process.communicate(timeout=PLENTY)
    assert process.returncode == 3, said
    assert json.loads(out)["results"][0]["verdict"] == "accepted"
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert (outside.toy.root / "a.csv").exists()
