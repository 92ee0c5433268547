import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from judge.errors import HarnessError

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SPIN = "import time\nwhile time.process_time() < 0.5: pass\n"


@pytest.fixture(name="measure")
def _measure(monkeypatch):
    return imported("speed_measure", monkeypatch)


@pytest.fixture(name="report")
def _report(monkeypatch):
    return imported("speed_report", monkeypatch)


def imported(name, monkeypatch):
    """A module that lies beside bench's scripts, as they import it."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module(name)


def python(code):
    return [sys.executable, "-c", code]


def test_the_cpu_time_of_a_program_counts_with_its_childrens_but_its_own_is_known_apart(measure, tmp_path):
    child = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SPIN!r}], check=True)"
    took = measure.taken(python(child), {}, tmp_path)
    assert took.cpu > 0.5
    assert took.own < 0.4
    assert took.wall > 0.5


def test_the_own_cpu_time_of_a_program_that_has_ended_is_still_known(measure, tmp_path):
    assert measure.taken(python(SPIN), {}, tmp_path).own >= 0.45


def test_the_peak_of_a_programs_memory_is_seen_though_its_children_take_more(measure, tmp_path):
    hold = "import time\nheld = bytearray({} << 20)\ntime.sleep(0.3)\n"
    child = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hold.format(300)!r}])\n"
    took = measure.taken(python(child + hold.format(100)), {}, tmp_path, memory=True)
    assert 100 < took.peak_mib < 200


def test_a_program_that_fails_is_never_measured(measure, tmp_path):
    with pytest.raises(HarnessError, match=r"gave exit code 1: .*no such luck"):
        measure.taken(python("import sys; sys.exit('no such luck')"), {}, tmp_path)


def test_several_measurements_come_to_median_and_quartiles(measure):
    found = measure.spread([5.0, 1.0, 4.0, 2.0, 3.0])
    assert (found.n, found.low, found.median, found.high) == (5, 2.0, 3.0, 4.0)


def test_of_two_measurements_the_quartiles_are_the_ends(measure):
    found = measure.spread([2.0, 1.0])
    assert (found.low, found.median, found.high) == (1.0, 1.5, 2.0)


def test_a_target_is_met_by_the_median(report):
    ratio = report.Ratio(what="one file", kind="eager", values=[0.9, 1.0, 1.5], target=1.1)
    assert ratio.row == ("one file", "eager", "≤ 1.1", "1.000", "0.950 to 1.250", "3", "yes")


def test_a_missed_target_is_told(report):
    assert report.Ratio(what="", kind="eager", values=[1.11], target=1.1).row[-1] == "NO"


@pytest.mark.parametrize(("value", "met"), [(0.85, False), (0.95, True), (1.05, True), (1.15, False)])
def test_flat_is_neither_more_nor_less(report, value, met):
    assert report.Ratio(what="", kind="eager", values=[value], either=0.1).met is met


def test_the_tables_can_be_had_as_markdown(report):
    figures = report.Figures(
        ratios=[report.Ratio(what="one file", kind="jitted", values=[1.0, 1.5])],
        absolute={"one file": [1.0, 3.0]},
        parts={"fresh": {"fork": [0.01]}, "warmed": {"load": [0.002]}},
        notes=["all is well"],
        machine={"cores": "2", "jax": "1"},
    )
    assert report.markdown(figures) == (
        "cores 2, jax 1\n\n"
        "## Targets\n\n"
        "| what | styles | target | median | quartiles | n | met |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| one file | jitted | - | 1.250 | 1.000 to 1.500 | 2 | - |\n\n"
        "## Measured\n\n"
        "| what | median | quartiles | n |\n"
        "| --- | --- | --- | --- |\n"
        "| one file | 2.000 | 1.000 to 3.000 | 2 |\n\n"
        "## Where the time of one submission goes, ms\n\n"
        "| part | fresh | warmed |\n"
        "| --- | --- | --- |\n"
        "| fork | 10.0 | - |\n"
        "| load | - | 2.0 |\n\n"
        "- all is well\n"
    )


@pytest.mark.more
@pytest.mark.soak
def test_a_quick_run_measures_everything_that_has_a_target(tmp_path):
    output = tmp_path / "speed.json"
    command = [sys.executable, str(ROOT / "bench" / "speed.py"), "--quick", "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(output.read_text(encoding="utf-8"))
    measured = {one["what"] for one in figures["ratios"] if one["target"] or one["either"]}
    expected = {
        "one file, wall, against bare",
        "one file, wall, against pytest",
        "one file, wall, against a process per case",
        "class of 6, wall each, against bare",
        "class of 6, CPU each, against bare",
        "class of 6, the judge's own CPU each",
        "from save to verdict, against bare",
        "memory of the judge, 6 against 2 submissions",
    }
    assert expected <= measured
    assert all(min(one["values"]) > 0 for one in figures["ratios"] if one["unit"] == "")
    assert not [note for note in figures["notes"] if "WRONG" in note]
    assert "Where the time of one submission goes, ms" in done.stdout
