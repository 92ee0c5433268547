"""The same report, whoever judges: threads here, a cluster on this machine, or workers over TLS."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from commands.exercises import RIGHT, make_files
from store.killed_judges import Course, without_measures

from cluster.clusters import ByHand

pytestmark = [pytest.mark.more, pytest.mark.xdist_group("cluster")]
HANGING = RIGHT.replace("    return", "    while True:\n        pass\n    return")
LATER = {
    "latin": "# -*- coding: latin-1 -*-\n" + RIGHT,
    "marked": "\ufeff" + RIGHT,
    "several_faults": RIGHT.replace("    return", "    print('\\ud800')\n    return"),
    "reading": RIGHT.replace("    return", "    open('/etc/shadow').read()\n    return"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = Course(tmp_path_factory.mktemp("course"), "results.db")
    for name, source in LATER.items():
        make_files(made.root, f"submissions/demo/{name}.py", content=source)
    folder = made.root / "submissions/demo"
    (folder / "bytes.py").write_bytes(b"\xff\xfe")
    (folder / "large.py").write_bytes(b"#" * ((1 << 20) + 1))
    (folder / "a_link.py").symlink_to(made.root / "reference/demo/reference.py")
    os.mkfifo(folder / "pipe")
    return made


@pytest.fixture(scope="module")
def here(course: Course) -> Any:
    return course.report("--show", "flow")


def there(course: Course, address: str, *options: str, **environment: str) -> tuple[Any, str]:
    command = [sys.executable, "-m", "judge", "run", "--format", "json", "--scheduler", address, *options]
    done = subprocess.run(
        command,
        cwd=course.root,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout) if done.stdout else None, done.stderr


def same(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert without_measures(found["results"]) == without_measures(expected["results"])
    assert {key: value for key, value in found["environment"].items() if key != "nodes"} == expected[
        "environment"
    ]
    assert found["exit_code"] == expected["exit_code"]
    assert list(found) == list(expected)


def still_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run; one that only waits to be collected by its parent doesn't."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found += [process] if process.status() != psutil.STATUS_ZOMBIE else []
    return found


def test_a_cluster_on_this_machine_gives_the_same(course: Course, here: Any):
    command = [sys.executable, "-m", "judge", "cluster", "local", "--nodes", "2"]
    cluster = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert cluster.stdout is not None
        found, said = there(course, cluster.stdout.readline().strip(), "--show", "flow")
    finally:
        cluster.send_signal(signal.SIGINT)
        assert cluster.wait(60) == 0
        cluster.stdout.close()
    same(found, here)
    assert said.count("judges 1 submission at once") == 2


def test_a_local_cluster_ends_quietly_when_a_terminal_sends_ctrl_c_to_all_of_it():
    command = [sys.executable, "-m", "judge", "cluster", "local", "--nodes", "2"]
    pipe = subprocess.PIPE
    cluster = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
    assert cluster.stdout is not None
    assert cluster.stdout.readline().startswith("tcp://127.0.0.1:")
    workers = psutil.Process(cluster.pid).children(recursive=True)
    assert len(workers) >= 2
    os.killpg(cluster.pid, signal.SIGINT)
    _, said = cluster.communicate(timeout=60)
    assert (cluster.returncode, [line for line in said.splitlines() if not line.startswith("note: ")]) == (
        0,
        [],
    )
    assert still_alive(workers) == []


def test_a_local_cluster_ends_when_the_command_is_killed():
    command = [sys.executable, "-m", "judge", "cluster", "local", "--nodes", "1"]
    cluster = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert cluster.stdout is not None
    cluster.stdout.readline()
    below = psutil.Process(cluster.pid).children(recursive=True)
    cluster.kill()
    cluster.communicate()
    assert len(below) >= 2
    until = time.monotonic() + 30
    while still_alive(below) and time.monotonic() < until:
        time.sleep(0.1)
    assert still_alive(below) == []


def test_workers_over_tls_give_the_same(course: Course, here: Any, tls: ByHand):
    found, said = there(course, tls.address, "--show", "flow", "-v", DASK_CONFIG=str(tls.certificates))
    same(found, here)
    assert "right.py: judged by tls://" in said
    assert list(tls.folder.glob("nodes/*/judge-*")) == []  # hidden cases are gone with the run


def test_without_certificates_or_with_others_nothing_is_sent(course: Course, tls: ByHand, tmp_path: Path):
    found, said = there(course, tls.address)
    assert found is None
    assert "needs certificates" in said
    subprocess.run(
        [sys.executable, "-m", "judge", "cluster", "certificates", tmp_path / "others"], check=True
    )
    found, said = there(course, tls.address, DASK_CONFIG=str(tmp_path / "others"))
    assert found is None
    assert "no scheduler can be reached there" in said


def test_a_store_is_filled_and_read_by_whichever_judges(course: Course, here: Any, tls: ByHand):
    lasting = sum("judge_error" not in json.dumps(one) for one in here["results"])
    found, _ = there(course, tls.address, "--store", "shared.db", DASK_CONFIG=str(tls.certificates))
    again, said = there(course, tls.address, "--store", "shared.db", DASK_CONFIG=str(tls.certificates))
    assert without_measures(again["results"]) == without_measures(found["results"])
    assert "0 of" not in said
    assert lasting > 10


def test_ctrl_c_ends_what_runs_there(course: Course, tls: ByHand):
    make_files(course.root, "elsewhere/demo/hanging.py", content=HANGING)
    command = [sys.executable, "-m", "judge", "run", "--format", "json", "--scheduler", tls.address, "-v"]
    judge = subprocess.Popen(
        [*command, "elsewhere/demo/hanging.py", "submissions/demo/right.py"],
        cwd=course.root,
        env={**os.environ, "DASK_CONFIG": str(tls.certificates)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert judge.stderr is not None
    for line in judge.stderr:
        if "right.py: judged by" in line:
            break
    judge.send_signal(signal.SIGINT)
    out, said = judge.communicate(timeout=60)
    assert "Traceback" not in said
    assert judge.returncode == 130
    assert [one["verdict"] for one in json.loads(out)["results"]] == ["accepted"]
    until = time.monotonic() + 20
    while list(tls.folder.glob("nodes/*/judge-*")) and time.monotonic() < until:
        time.sleep(0.2)
    assert list(tls.folder.glob("nodes/*/judge-*")) == []
