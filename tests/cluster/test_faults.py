"""What breaks on the way, workers, nannies, the scheduler, the client: nothing is lost, nothing stays."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands.exercises import RIGHT, make_files
from distributed import LocalCluster
from store.killed_judges import SOURCES, Course, stored_twice, without_measures

from cluster.clusters import ByHand, by_hand, left_behind
from judge.cluster import node as node_side
from judge.cluster.cluster import cluster_for
from judge.cluster.records import Answer
from judge.commands.run import Asked, plan
from judge.errors import HarnessError
from judge.report import Report
from judge.run.progress import Progress

pytestmark = [
    pytest.mark.more,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.filterwarnings("ignore"),  # of what Dask leaves open
]
POISON = "# ends the worker that judges it\n"


class Remarks:
    """Progress that keeps what it hears."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)

    def opened(self, head: Any) -> None: ...
    def started(self, total: int) -> None: ...
    def finished(self, result: Any) -> None: ...
    def close(self) -> None: ...


def judged(
    course: Course, address: str, heard: Progress, monkeypatch: pytest.MonkeyPatch, **asked: Any
) -> Report:
    monkeypatch.chdir(course.root)
    planned = plan(Asked(scheduler=address, **asked), course.root, sys.stdin.buffer, lambda _: None)
    with cluster_for(address, planned.request, heard.note) as cluster:
        return cluster.run(planned.request, heard)


def verdicts(report: Report) -> dict[str, str]:
    return {Path(one.submission).stem: one.verdict.value for one in report.results}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path / "course", "results.db")


@pytest.fixture
def here() -> Iterator[LocalCluster]:
    """Two workers that are processes of this machine, and start anew when they end."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, memory_limit=0
    ) as cluster:
        yield cluster


def end_over_poison() -> None:
    """Called on a worker: from now on it ends over some submissions."""
    as_it_was = node_side.NodeRun.one

    def one(self: Any, what: Any) -> Any:
        if what.data is not None and what.data.endswith(POISON.encode()):
            os.kill(os.getpid(), signal.SIGKILL)
        return as_it_was(self, what)

    node_side.NodeRun.one = one  # type: ignore[method-assign]


class Poisoned(node_side.WorkerPlugin):
    """Makes each worker end over some submissions, those that start later as well."""

    name = "poisoned"

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - the form of a plugin
        end_over_poison()


def test_a_submission_that_ends_every_worker_costs_itself_alone(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    make_files(course.root, "submissions/demo/aa_poison.py", content=RIGHT + POISON)
    with here.get_client() as client:
        client.register_plugin(Poisoned())
    report = judged(course, here.scheduler_address, Remarks(), monkeypatch)
    found = verdicts(report)
    assert found.pop("aa_poison") == "judge_error"
    assert (found["right"], found["wrong"], found["invalid"]) == ("accepted", "wrong_answer", "invalid")
    assert "judge_error" not in found.values()
    assert report.exit_code == 3
    (poison,) = (one for one in report.results if "poison" in one.submission)
    assert "each worker that was given it ended, also when nothing else ran" in poison.message
    assert not poison.reusable


def test_a_node_of_another_version_is_left_out_by_name(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    heard = Remarks()

    def of_another_version(dask_worker: Any) -> str:
        node_side.package_digest = lambda: "0.0.9 (abc)"  # type: ignore[assignment]
        return str(dask_worker.address)

    with here.get_client() as client:
        first = min(client.nthreads())
        client.run(of_another_version, workers=[first])
    report = judged(course, here.scheduler_address, heard, monkeypatch)
    assert verdicts(report)["right"] == "accepted"
    assert len(report.results) == len(SOURCES)
    (told,) = (note for note in heard.notes if "left out" in note)
    assert told.startswith(f"node {first} is left out: its judge is 0.0.9 (abc), here it is ")


def test_where_no_node_can_judge_the_run_says_why(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    def without_disk() -> None:
        def begin(self: Any, order: Any) -> Any:  # noqa: ARG001 - the form
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        node_side.NodeRun.__init__ = lambda *_: begin(None, None)  # type: ignore[method-assign]

    with here.get_client() as client:
        client.run(without_disk)
    with pytest.raises(HarnessError, match=r"no node can judge: tcp://.*No space left on device"):
        judged(course, here.scheduler_address, Remarks(), monkeypatch)


def test_a_node_that_forgot_the_run_is_told_again(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(course.root)
    planned = plan(Asked(scheduler=here.scheduler_address), course.root, sys.stdin.buffer, lambda _: None)
    heard = Remarks()
    with cluster_for(here.scheduler_address, planned.request, heard.note) as cluster:
        cluster.link.client.run(node_side.end_run, cluster.nodes.order.run)
        report = cluster.run(planned.request, heard)
    assert verdicts(report)["right"] == "accepted"
    assert "judge_error" not in verdicts(report).values()


def test_what_comes_back_is_no_result_until_it_is_checked(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    def of_somebody_else() -> None:
        as_it_was, first = node_side.NodeRun.one, []

        def one(self: Any, what: Any) -> Any:
            first.append(as_it_was(self, what))
            return first[0]._replace(flow=b"\x80\x04.") if len(first) == 1 else first[0]

        node_side.NodeRun.one = one  # type: ignore[method-assign]

    with here.get_client() as client:
        client.run(of_somebody_else)
    found = verdicts(judged(course, here.scheduler_address, Remarks(), monkeypatch))
    assert set(found) == set(SOURCES)
    assert list(found.values()).count("judge_error") >= len(SOURCES) - 2


def test_a_run_that_nobody_wants_any_longer_ends_and_nothing_of_it_stays(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    def impatient() -> None:
        node_side.UNWANTED_SECONDS, node_side.LOOK_SECONDS = 1.0, 0.2

    def folders(dask_worker: Any) -> list[str]:
        return [path.name for path in Path(dask_worker.local_directory).glob("judge-*")]

    monkeypatch.chdir(course.root)
    planned = plan(Asked(scheduler=here.scheduler_address), course.root, sys.stdin.buffer, lambda _: None)
    with here.get_client() as client:
        client.run(impatient)
        with cluster_for(here.scheduler_address, planned.request, Remarks().note):
            assert all(len(found) == 1 for found in client.run(folders).values())
            until = time.monotonic() + 20  # the client of the run says nothing, as if it had been killed
            while any(client.run(folders).values()) and time.monotonic() < until:
                time.sleep(0.2)
            assert not any(client.run(folders).values())


def test_what_one_node_cannot_do_another_does(
    course: Course, here: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    def full_disk() -> None:
        node_side.NodeRun.one = lambda *_: Answer("broken", "OSError: No space left on device")  # type: ignore[method-assign]

    heard = Remarks()
    with here.get_client() as client:
        client.run(full_disk, workers=[min(client.nthreads())])
    found = verdicts(judged(course, here.scheduler_address, heard, monkeypatch))
    assert set(found) == set(SOURCES)
    assert "judge_error" not in found.values()


def disturbed(
    course: Course, cluster: ByHand, chance: random.Random, kills: int, only: str | None = None
) -> tuple[Any, int]:
    """The report of a run, and how many kills there were meanwhile: of one kind, or of all."""
    command = [sys.executable, "-m", "judge", "run", "-v", "--format", "json", "--scheduler", cluster.address]
    judge = subprocess.Popen(
        command,
        cwd=course.root,
        env={**os.environ, "DASK_CONFIG": str(cluster.certificates)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    done = 0
    assert judge.stderr is not None
    next(line for line in judge.stderr if "judged by" in line)
    while done < kills and judge.poll() is None:
        kind = only or chance.choices(["worker", "nanny", "scheduler"], [6, 3, 1])[0]
        done += cluster.kill(kind, chance)
        time.sleep(chance.uniform(1.0, 9.0))
    out, said = judge.communicate(timeout=900)
    assert "Traceback" not in said, said
    return json.loads(out), done


def many(course: Course, copies: int) -> None:
    """Each source so many times, no two files alike."""
    for name, source in SOURCES.items():
        for number in range(copies):
            make_files(course.root, f"submissions/demo/{name}_{number}.py", content=f"{source}# {number}\n")


def survives(folder: Path, copies: int, kills: int, seed: int = 0, only: str | None = None) -> int:
    """Nothing is lost, nothing stays. How many kills there were until the run was over."""
    course = Course(folder / "course", "results.db")
    many(course, copies)
    expected = without_measures(course.report()["results"])
    with by_hand(folder / "cluster") as cluster:
        found, done = disturbed(course, cluster, random.Random(seed), kills, only)
        assert without_measures(found["results"]) == expected
    assert left_behind(folder / "cluster") == []
    return done


def test_after_six_kills_nothing_is_lost_and_nothing_stays(tmp_path: Path):
    assert survives(tmp_path, copies=4, kills=6, seed=1) > 1


def test_a_scheduler_that_is_started_anew_gets_all_again(tmp_path: Path):
    assert survives(tmp_path, copies=1, kills=1, only="scheduler") == 1


@pytest.mark.soak
def test_after_fifty_kills_in_a_run_of_three_hundred(tmp_path: Path):
    assert survives(tmp_path, copies=37, kills=50, seed=2) == 50


def test_a_node_that_is_gone_for_a_while_is_waited_for_or_done_without(tmp_path: Path, tls: ByHand):
    course = Course(tmp_path / "course", "results.db")
    expected = without_measures(course.report()["results"])
    command = [sys.executable, "-m", "judge", "run", "--format", "json", "-v", "--scheduler", tls.address]
    environment = {**os.environ, "DASK_CONFIG": str(tls.certificates)}
    pipe = subprocess.PIPE
    judge = subprocess.Popen(command, cwd=course.root, env=environment, stdout=pipe, stderr=pipe, text=True)
    assert judge.stderr is not None
    next(line for line in judge.stderr if "judged by" in line)
    gone = [tls.processes("nanny")[0], tls.processes("worker")[0]]
    for process in gone:
        process.suspend()
    time.sleep(30)
    for process in gone:
        process.resume()
    out, said = judge.communicate(timeout=200)
    assert "Traceback" not in said
    assert without_measures(json.loads(out)["results"]) == expected


def test_a_client_that_was_killed_goes_on_where_it_was(tmp_path: Path, tls: ByHand):
    course = Course(tmp_path / "course", "results.db")
    many(course, copies=1)
    expected = without_measures(course.report()["results"])
    command = [sys.executable, "-m", "judge", "run", "-v", "--scheduler", tls.address]
    command += ["--store", "results.db", "--format", "json"]
    environment = {**os.environ, "DASK_CONFIG": str(tls.certificates)}
    pipe = subprocess.PIPE
    first = subprocess.Popen(command, cwd=course.root, env=environment, stdout=pipe, stderr=pipe, text=True)
    assert first.stderr is not None
    told = (line for line in first.stderr if "judged by" in line)
    for _ in range(3):
        next(told)
    first.kill()
    first.communicate()
    done = subprocess.run(
        command, cwd=course.root, env=environment, capture_output=True, text=True, check=False
    )
    assert without_measures(json.loads(done.stdout)["results"]) == expected
    assert f"of {len(expected)} results were in the store" in done.stderr
    assert f" 0 of {len(expected)}" not in done.stderr
    course.store = str(course.root / "results.db")
    assert stored_twice(course) == []
