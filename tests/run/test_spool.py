import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
import textwrap
import tracemalloc
from pathlib import Path

import pytest

from judge.report import CaseResult, SubmissionResult
from judge.run.spool import IN_MEMORY, Spool
from judge.verdict import Verdict

TESTS = Path(__file__).parent


def result(number: int, size: int = 100) -> SubmissionResult:
    """One that is told from all others, and holds so many bytes and more."""
    case = CaseResult(
        name="one", verdict=Verdict.WRONG_ANSWER, visibility="public", weight=1.0, seconds=0.5, message="",
        expected=(float(number),), error=float("inf"),
    )  # fmt: skip
    return SubmissionResult(
        submission=f"{number}.py", sha256="", problem="toy", cases_sha256="", verdict=Verdict.WRONG_ANSWER,
        score=0.0, seconds=0.5, message="\ud800", source=str(number) * (size // len(str(number))),
        cases=(case,),
    )  # fmt: skip


def names(spool: Spool) -> list[str]:
    return [found.submission for found in spool]


def in_order(count: int) -> list[str]:
    return [f"{number}.py" for number in range(count)]


@pytest.mark.parametrize("in_memory", [0, 1, 7, IN_MEMORY, 1000])
def test_results_come_back_whole_in_the_order_of_their_numbers_as_often_as_wanted(in_memory: int) -> None:
    numbers = list(range(200))
    random.Random(0).shuffle(numbers)
    spool = Spool(in_memory)
    for number in numbers:
        spool.put(number, result(number))
    assert len(spool) == 200
    for _ in range(2):
        assert list(spool) == [result(number) for number in range(200)]


def test_two_who_read_at_once_and_one_who_writes_are_not_in_each_others_way() -> None:
    spool = Spool(3)
    for number in range(20):
        spool.put(number, result(number))
    found = []
    for one, other in zip(spool, spool, strict=True):
        spool.put(100 + len(found), result(100 + len(found)))
        found.append(one.submission)
        assert one == other
    assert found == in_order(20)
    assert names(spool)[20:] == [f"{number}.py" for number in range(100, 120)]


def test_there_may_be_gaps_and_nothing_at_all() -> None:
    spool = Spool(1)
    assert (len(spool), list(spool)) == (0, [])
    for number in (9, 2, 5):
        spool.put(number, result(number))
    assert names(spool) == ["2.py", "5.py", "9.py"]


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are counted in /proc")
def test_a_short_run_needs_no_file_and_a_long_one_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = descriptors()
    spool = Spool(2)
    for number in range(2):
        spool.put(number, result(number))
    assert descriptors() == before
    spool.put(2, result(2))
    assert descriptors() == before + 1
    assert list(tmp_path.iterdir()) == [], "it has no name"
    del spool
    gc.collect()
    assert descriptors() == before


def test_where_no_file_can_be_made_nothing_is_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    spool = Spool(1)
    for number in range(5):
        spool.put(number, result(number))
    assert names(spool) == in_order(5)


# A file that may not grow beyond 4,000 bytes is a disk that is full in the middle of a result.
FULL = """
import resource
from judge.run.spool import Spool
from test_spool import in_order, names, result

resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
spool = Spool(2)
for number in range(40):
    spool.put(number, result(number))
assert 0 < len(spool._places) < 38, "some came into the file, and some didn't"
assert len(spool) == 40
assert list(spool) == [result(number) for number in range(40)]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
before = len(spool._places)
for number in range(40, 60):
    spool.put(number, result(number))
assert len(spool._places) == before + 20, "there is room again"
assert names(spool) == in_order(60)
print("nothing is lost")
"""


def test_a_full_disk_loses_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL)],
        env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("nothing is lost\n", "")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def memory(count: int, in_memory: int = IN_MEMORY) -> tuple[float, float]:
    """MiB that so many results of 20 KiB take: when they have come and been read, and at most."""
    tracemalloc.start()
    try:
        spool = Spool(in_memory)
        for number in range(count):
            spool.put(number, result(number, 20 << 10))
        assert sum(1 for _ in spool) == count
        gc.collect()  # Python itself keeps some thousand small tuples for later
        held, peak = tracemalloc.get_traced_memory()
        return held / (1 << 20), peak / (1 << 20)
    finally:
        tracemalloc.stop()


@pytest.mark.more
def test_two_thousand_results_take_hardly_more_memory_than_a_hundred() -> None:
    (few, few_at_most), (many, many_at_most) = memory(100), memory(2000)
    assert many - few < 0.5, "where each of them is"
    assert many_at_most - few_at_most < 2
    assert memory(2000, in_memory=2000)[0] > 30, "as much as they would take otherwise"


def test_a_result_that_comes_twice_is_there_once() -> None:
    spool = Spool(in_memory=2)
    for number in (0, 1, 1, 2, 2):  # 1 while there is room yet, 2 when it goes to the file
        spool.put(number, result(number))
    assert len(spool) == 3
    assert [one.submission for one in spool] == [result(number).submission for number in range(3)]
