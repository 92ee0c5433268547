"""What a submission finds of the cluster from within a node: nothing."""

import json
import time
from pathlib import Path

import pytest
from commands.exercises import make_files
from store.killed_judges import Course

from cluster.clusters import ByHand
from cluster.test_same_reports import there

pytestmark = [pytest.mark.more, pytest.mark.xdist_group("cluster")]
LOOKS_ROUND = """\
import ctypes
import os
import socket
import threading

import jax.numpy as jnp

PLACES, PIDS, FILES = {places!r}, {pids!r}, {files!r}


def tried(name, what):
    try:
        print("BREACH", name, repr(what())[:80])
    except BaseException as error:
        print("refused", name, type(error).__name__)


def connected(place):
    with socket.create_connection(place, timeout=2) as there:
        return there.getpeername()


def read(path):
    with open(path, "rb") as file:
        return file.read(10)


def traced(pid):
    if ctypes.CDLL(None).ptrace(16, pid, None, None) == 0:
        return "attached"
    raise PermissionError


def look_round():
    for place in PLACES:
        tried(f"connect {{place}}", lambda: connected(tuple(place)))
    for pid in PIDS:
        tried(f"signal {{pid}}", lambda: os.kill(pid, 0))
        tried(f"trace {{pid}}", lambda: traced(pid))
        for name in ("environ", "mem", "maps", "cmdline"):
            tried(f"/proc/{{pid}}/{{name}}", lambda: read(f"/proc/{{pid}}/{{name}}"))
    for path in FILES:
        tried(path, lambda: read(path) if not os.path.isdir(path) else os.listdir(path))
    told = [name for name in os.environ if "DASK" in name or "TLS" in name]
    if told:
        print("BREACH environment", told)
    if threading.current_thread().name.startswith("Dask") or "distributed" in __import__("sys").modules:
        print("BREACH this is the worker itself")
    for number in range(3, 256):
        try:
            socket.socket(fileno=os.dup(number)).getpeername()
        except OSError:
            continue
        tried(f"descriptor {{number}}", lambda: socket.socket(fileno=os.dup(number)).getpeername()[1])


def double(seed, x):
    look_round()
    return (2 * jnp.sum(x)).reshape(1)
"""


def addresses(cluster: ByHand) -> list[tuple[str, int]]:
    """Where scheduler, nannies and workers listen."""
    found = []
    for kind in ("scheduler", "nanny", "worker"):
        for process in cluster.processes(kind):
            found += [
                (one.laddr.ip, one.laddr.port) for one in process.net_connections() if one.status == "LISTEN"
            ]
    return [*found, (cluster.host, cluster.port)]


def all_processes(cluster: ByHand) -> list[int]:
    """Of scheduler, nannies and workers, as soon as all are there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [one.pid for kind in ("scheduler", "nanny", "worker") for one in cluster.processes(kind)]
        if len(found) == 1 + 2 * len(cluster.networks):
            return found
        time.sleep(0.2)
    raise TimeoutError("the cluster isn't complete")


@pytest.mark.parametrize("tier", ["landlock", "namespaces"])
def test_a_submission_reaches_neither_scheduler_nor_nanny_nor_certificates(
    tmp_path: Path, tls: ByHand, tier: str
):
    course = Course(tmp_path / "course", "results.db")
    pids = all_processes(tls)
    files = [str(path) for path in (tls.certificates, *tls.certificates.iterdir(), tls.folder / "nodes")]
    content = LOOKS_ROUND.format(places=addresses(tls), pids=pids, files=[*files, str(course.root)])
    make_files(course.root, "submissions/demo/spy.py", content=content)
    found, said = there(
        course, tls.address, "submissions/demo/spy.py", "--isolation", tier, DASK_CONFIG=str(tls.certificates)
    )
    if found is None and "is not to be had here" in said:
        pytest.skip(said.strip()[-300:])
    (result,) = found["results"]
    assert "refused" in result["stdout"], result
    assert "BREACH" not in json.dumps({**result, "source": ""})
    assert result["verdict"] == "accepted"


def test_the_spy_finds_things_where_there_are_no_walls(tmp_path: Path, tls: ByHand):
    course = Course(tmp_path / "course", "results.db")
    all_processes(tls)
    content = LOOKS_ROUND.format(
        places=[(tls.host, tls.port)], pids=[], files=[str(tls.certificates / "key.pem")]
    )
    make_files(course.root, "submissions/demo/spy.py", content=content)
    found, _ = there(
        course,
        tls.address,
        "submissions/demo/spy.py",
        "--isolation",
        "none",
        DASK_CONFIG=str(tls.certificates),
    )
    told = found["results"][0]["stdout"]
    assert "BREACH connect" in told
    assert "key.pem" in told
