"""What a cluster costs: a class on a local one of two workers with one thread, against `--jobs 2`.

Pairs of runs over one class: wall time of `judge run`, and CPU of all processes. That of a cluster is counted
from its start to its end, less that of one which was started and ended for nothing. Both ratios are to be at
most 1.10, the median of the pairs.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from stored_runs import course, run

MOST = 1.10


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--class", dest="size", type=int, default=100, metavar="N")
    parser.add_argument("--pairs", type=int, default=3, metavar="N")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="judge-cluster-") as scratch:
        folder = course(Path(scratch) / "class", asked.size)
        run(folder, "-q")  # expected values and compiled programs are there afterwards
        idle = statistics.median(spent(lambda: with_cluster(lambda _: None)) for _ in range(2))
        walls, cpus = [], []
        for number in range(asked.pairs):
            wall, cpu = pair(folder, idle, cluster_first=number % 2 == 0)
            walls.append(wall)
            cpus.append(cpu)
            print(f"pair {number + 1}: wall {wall:.2f}, CPU {cpu:.2f}", flush=True)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"a cluster's wall time: {wall:.2f} of --jobs 2, its CPU: {cpu:.2f}; wanted: at most {MOST:.2f}")
    sys.exit(max(wall, cpu) > MOST)


def pair(folder: Path, idle: float, *, cluster_first: bool) -> tuple[float, float]:
    """Wall and CPU of the cluster, by those of this machine alone."""
    found: dict[str, tuple[float, float]] = {}
    for name in ("there", "here") if cluster_first else ("here", "there"):
        if name == "here":
            took = run(folder, "-q", "--jobs", "2")
            found[name] = took.wall, took.cpu
            continue
        walls: list[float] = []
        cpu = spent(
            lambda: with_cluster(lambda at: walls.append(run(folder, "-q", "--scheduler", at).wall))  # noqa: B023 - called at once
        )
        found[name] = walls[0], cpu - idle
    for name, (wall, cpu) in found.items():
        print(f"  {name}: {wall:.1f} s, {cpu:.1f} s of CPU", flush=True)
    return found["there"][0] / found["here"][0], found["there"][1] / found["here"][1]


def spent(what: Callable[[], object]) -> float:
    """CPU seconds of all processes that ended meanwhile."""
    before = os.times()
    what()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def with_cluster(what: Callable[[str], object]) -> None:
    """Do something with a local cluster's address."""
    with cluster() as address:
        what(address)


@contextmanager
def cluster() -> Iterator[str]:
    """A local cluster of two workers."""
    command = [sys.executable, "-m", "judge", "cluster", "local", "--nodes", "2"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert running.stdout is not None
    try:
        yield running.stdout.readline().strip()
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()
        running.stdout.close()


if __name__ == "__main__":
    main()
