"""Where `judge run --scheduler` stops getting faster with more nodes: simulated, not measured.

python bench/cluster_scale.py [--size N] [--task SECONDS] [--fetch SECONDS] ...

One class goes through the judge's own window, the network, the scheduler, the threads of the nodes and back.
It prints wall time and what limits it for 1 to 512 nodes; then takes away what limits the largest cluster,
and says what limits it next, until nothing but the number of threads does.
"""

import argparse
import heapq
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from judge.cluster.hand_out import AT_LEAST, AT_MOST  # noqa: E402 - the checkout's

NODES = tuple(2**power for power in range(10))
THREADS, WINDOW, FETCH, CLIENT, SCHEDULER, NETWORK = (
    "threads", "window", "fetch", "client", "scheduler", "network",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a cluster is made of. Each can be said on the command line.

    "Here" is a machine with two cores, on which scheduler, one worker and the client shared the loopback.
    Measured there: tasks that sleep and give 20 kB, handed out with the judge's window.
    """

    # Submissions of a large course, and a node's threads.
    size: int = 10_000
    threads: int = 4
    # judge/cluster/hand_out.py: two are on their way for each thread, but no more than this.
    at_most: int = AT_MOST
    # Seconds of one submission on one thread. docs/performance.md has 0.87 of CPU in a class, and 1.5 of wall
    # for a file by itself.
    task: float = 1.3
    # CPU seconds of the scheduler a task: 1.9 ms here, where results are fetched ten at a time (5.4 ms one by
    # one). Dask's docs say 200 us to 1 ms.
    scheduler: float = 0.0019
    # And for each node that the task names: 5.5 and 8 us here, with 512 addresses against 1. None is named
    # where all workers of a scheduler take part over TLS.
    node_named: float = 0.0
    # Round trip for one result, if each were fetched by itself: 6.6 ms (median) at 50 a second, 11.5 at 73.
    # All that are there are fetched at a time, so that this is in what the client and the scheduler spend.
    fetch: float = 0.0
    # CPU seconds of the client for one result: decode, check, write. An estimate.
    client: float = 0.003
    # Bytes of a submission: samples have 1 kB, the rest is the task around them. And of each node's address.
    sent: int = 3_000
    address: int = 25
    # Bytes of a result: an estimate.
    result: int = 20_000
    # Bytes that each node gets once: lesson and reference together are 34 to 110 kB.
    problem: int = 120_000
    # Seconds until a node is ready: 6 here, 1.8 of them until the worker has found its scheduler.
    start: float = 8.0
    # Bits a second each way, at the client and at the scheduler.
    network: float = 1e9


@dataclass(slots=True, eq=False)
class Station:
    """Serves one at a time, first come, first served; `until` is when the last one so far has been."""

    until: float = 0.0
    busy: float = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """When it is done with one more."""
        self.busy += seconds
        self.until = max(self.until, now) + seconds
        return self.until


@dataclass(slots=True, eq=False)
class Pool:
    """All threads of all nodes: whichever is free takes the next submission."""

    free: list[float]  # a heap of when they are
    busy: float = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """When it is done with one more."""
        self.busy += seconds
        done = max(self.free[0], now) + seconds
        heapq.heapreplace(self.free, done)
        return done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One class on so many nodes.

    Attributes:
        shares: of the time after the nodes' start, how long each part was busy; for the window: how much of
            the time that submissions were on their way they were being seen to, and not waiting.
    """

    nodes: int
    wall: float
    rate: float
    efficiency: float
    shares: dict[str, float]

    @property
    def limit(self) -> str:
        """The part that is busiest: where there is more of anything else, it goes no faster."""
        return max(self.shares, key=lambda name: self.shares[name])


@dataclass(slots=True, eq=False)
class Cluster:
    """The parts of a run on so many nodes, and a submission's way through them."""

    inputs: Inputs
    nodes: int
    out: Station = field(default_factory=Station)
    back: Station = field(default_factory=Station)
    scheduler: Station = field(default_factory=Station)
    fetch: Station = field(default_factory=Station)
    client: Station = field(default_factory=Station)

    @property
    def window(self) -> int:
        """As `judge.cluster.hand_out.HandOut.window`."""
        return max(AT_LEAST, min(2 * self.nodes * self.inputs.threads, self.inputs.at_most))

    def way(self, pool: Pool) -> list[tuple[Station | Pool, float]]:
        """What a submission goes through, and for how long; half of the scheduler's is on the way back."""
        asked = self.inputs
        half = (asked.scheduler + self.nodes * asked.node_named) / 2
        return [
            (self.out, self.seconds(asked.sent + self.nodes * asked.address)),
            (self.scheduler, half),
            (pool, asked.task),
            (self.scheduler, half),
            (self.back, self.seconds(asked.result)),
            (self.fetch, asked.fetch),
            (self.client, asked.client),
        ]

    def seconds(self, count: int) -> float:
        """So many bytes on the network."""
        return 8 * count / self.inputs.network

    def run(self) -> Outcome:
        """Have them all judged."""
        asked = self.inputs
        ready = asked.start + self.nodes * self.seconds(asked.problem)
        pool = Pool(free=[ready] * (self.nodes * asked.threads))
        way = self.way(pool)
        coming = min(self.window, asked.size)
        events = [(ready, number, 0) for number in range(coming)]  # when, whose, and where on the way
        wall = ready
        while events:
            now, number, stage = heapq.heappop(events)
            if stage < len(way):
                station, seconds = way[stage]
                heapq.heappush(events, (station.serve(now, seconds), number, stage + 1))
                continue
            wall = now
            if coming < asked.size:
                heapq.heappush(events, (now, coming, 0))
                coming += 1
        return self.outcome(pool, wall, wall - ready, sum(seconds for _, seconds in way))

    def outcome(self, pool: Pool, wall: float, span: float, alone: float) -> Outcome:
        """What came of it. span: without the start. alone: seconds of one submission that never waits."""
        size, threads = self.inputs.size, len(pool.free)
        return Outcome(
            nodes=self.nodes,
            wall=wall,
            rate=size / wall,
            efficiency=size * self.inputs.task / threads / wall,
            shares={
                THREADS: pool.busy / threads / span,
                WINDOW: size * alone / self.window / span,
                FETCH: self.fetch.busy / span,
                CLIENT: self.client.busy / span,
                SCHEDULER: self.scheduler.busy / span,
                NETWORK: max(self.out.busy, self.back.busy) / span,
            },
        )


def lifted(inputs: Inputs, limit: str) -> Inputs:
    """The same without this limit."""
    if limit == WINDOW:
        return replace(inputs, at_most=sys.maxsize)
    if limit == SCHEDULER:
        return replace(inputs, scheduler=0.0, node_named=0.0)
    if limit == NETWORK:
        return replace(inputs, network=math.inf)
    if limit == CLIENT:
        return replace(inputs, client=0.0)
    return replace(inputs, fetch=0.0)


def one_after_another(inputs: Inputs, nodes: int) -> Iterator[tuple[tuple[str, ...], Outcome]]:
    """What has been taken away so far, and what the largest cluster does then."""
    gone: tuple[str, ...] = ()
    while True:
        outcome = Cluster(inputs, nodes).run()
        yield gone, outcome
        if outcome.limit == THREADS:
            return
        inputs, gone = lifted(inputs, outcome.limit), (*gone, outcome.limit)


def options() -> Inputs:
    """What the command line says of the inputs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for one in fields(Inputs):
        name = one.name.replace("_", "-")
        parser.add_argument(f"--{name}", type=type(one.default), default=one.default, metavar="N")
    return Inputs(**vars(parser.parse_args()))


def main() -> None:
    """Print both tables."""
    inputs = options()
    print("| nodes | threads | wall, s | submissions a second | efficiency | limit |")
    print("|---|---|---|---|---|---|")
    for nodes in NODES:
        one = Cluster(inputs, nodes).run()
        start = f"| {nodes} | {nodes * inputs.threads} | {one.wall:.0f} | {one.rate:.1f} "
        print(f"{start}| {one.efficiency:.0%} | {one.limit} |")
    print(f"\n| {NODES[-1]} nodes without | wall, s | submissions a second | limit |\n|---|---|---|---|")
    for gone, one in one_after_another(inputs, NODES[-1]):
        print(f"| {', '.join(gone) or 'nothing'} | {one.wall:.0f} | {one.rate:.1f} | {one.limit} |")


if __name__ == "__main__":
    main()
