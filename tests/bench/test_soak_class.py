import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(name="soak")
def _soak(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module("soak_class")


@pytest.fixture(name="outcome")
def _outcome(soak):
    """Makes one, out of names and verdicts."""

    def made(results, lines=None):
        taken = soak.Taken(wall=2.0, cpu=1.0, own=0.1, peak_mib=50.0)
        document = {"results": [{"submission": name, "verdict": verdict} for name, verdict in results]}
        names = [name for name, _ in results] if lines is None else lines
        return soak.Outcome(
            taken=taken, document=document, lines=[{"head": 1}, *({"submission": name} for name in names)]
        )

    return made


FILES = {Path("/a.py"): "accepted", Path("/b.py"): "pitfall"}
RESULTS = [("/a.py", "accepted"), ("/b.py", "pitfall")]


def test_submissions_are_unlike_each_other_and_come_from_every_folder(soak, tmp_path):
    files = soak.handed_in(tmp_path, "some", 60)
    assert len({path.read_bytes() for path in files}) == 60
    assert set(files.values()) == set(soak.VERDICTS)


def test_a_run_that_told_all_in_order_is_as_it_should_be(soak, outcome):
    assert soak.differences(FILES, outcome(RESULTS)) == []


def test_another_verdict_than_the_folders_is_told(soak, outcome):
    found = soak.differences(FILES, outcome([("/a.py", "time_limit"), RESULTS[1]]))
    assert found == ["/a.py: time_limit, not accepted"]


@pytest.mark.parametrize("results", [RESULTS[:1], RESULTS[::-1], RESULTS + RESULTS[:1]])
def test_a_result_that_is_missing_or_out_of_order_is_told(soak, outcome, results):
    assert "results are missing or out of order" in soak.differences(FILES, outcome(results))


@pytest.mark.parametrize("lines", [["/a.py"], ["/a.py", "/a.py", "/b.py"]])
def test_a_line_that_is_missing_or_told_twice_is_told(soak, outcome, lines):
    assert soak.differences(FILES, outcome(RESULTS, lines)) == ["lines are missing, or told twice"]


def test_what_a_run_came_to_is_told_in_one_line(outcome):
    assert str(outcome(RESULTS)) == "1.00 s each, 50.0 MiB; 1 accepted, 1 pitfall"


@pytest.mark.more
def test_a_small_class_comes_out_as_its_folders_say(soak, tmp_path):
    files = soak.handed_in(tmp_path, "some", 4)
    outcome = soak.judged(tmp_path, files, 2, "none")
    assert soak.differences(files, outcome) == []
    assert outcome.taken.peak_mib > 20
