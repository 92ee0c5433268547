"""What a Dask worker becomes so that it can judge: the plugin that holds runs, and what clients call.

A run is begun by its client with all that it needs, wanted again every few seconds, and ended: by its
client, with the worker, or when nobody has wanted it for a while, since its client is gone.
"""

import asyncio
import gc
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import cast

from distributed import Worker, WorkerPlugin, get_worker

from judge.cluster.node_run import NodeRun
from judge.cluster.records import UNKNOWN_RUN, Answer, NodeFacts, RunOrder, Sent, package_digest
from judge.errors import IsolationError, JudgeError
from judge.sandbox.starting.zygote import Zygote

PLUGIN = "judge"
UNWANTED_SECONDS = 90.0  # without a word of its client
LOOK_SECONDS = 5.0


class JudgeNode(WorkerPlugin):
    """Holds the runs of one worker; starts with it, ends with it."""

    name = PLUGIN

    def __init__(self) -> None:
        self.runs: dict[str, NodeRun] = {}
        self.wanted: dict[str, float] = {}

    async def setup(self, worker: Worker) -> None:
        """Start what workers are forked from, long before the first submission."""
        gc.freeze()  # what is imported stays: looking for garbage in it takes a tenth of the time
        self.worker = worker
        self.lock = threading.Lock()
        self.zygote: Zygote | None = Zygote()
        with suppress(OSError, JudgeError):  # whoever begins a run hears of it
            await asyncio.to_thread(self.zygote.begin)
        self.looking = asyncio.ensure_future(self._end_unwanted())

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - the form of a plugin
        """End everything."""
        self.looking.cancel()
        await asyncio.to_thread(self._end_all)

    def begin(self, order: RunOrder) -> NodeFacts:
        """Make ready for a run; a second time says the same."""
        with self.lock:
            if order.run not in self.runs:
                zygote, self.zygote = self.zygote or Zygote(), None
                folder = Path(self.worker.local_directory) / f"judge-{order.run}"
                try:
                    self.runs[order.run] = NodeRun(order, folder, self.worker.state.nthreads, zygote)
                except (JudgeError, OSError) as error:
                    zygote.end()
                    return NodeFacts(refusal=str(error), no_isolation=isinstance(error, IsolationError))
            self.wanted[order.run] = time.monotonic()
            return self.runs[order.run].facts

    def end(self, run: str) -> None:
        """End a run, if it is there."""
        with self.lock:
            found = self.runs.pop(run, None)
        if found is not None:
            found.close()

    async def _end_unwanted(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            late = time.monotonic() - UNWANTED_SECONDS
            for run in [run for run in tuple(self.runs) if self.wanted.get(run, 0.0) < late]:
                await asyncio.to_thread(self.end, run)

    def _end_all(self) -> None:
        for run in tuple(self.runs):
            self.end(run)
        if self.zygote is not None:
            self.zygote.end()


async def dask_setup(dask_worker: Worker) -> None:
    """Make a worker a node: for `dask worker --preload judge.cluster.node`, or when a first run begins."""
    if PLUGIN not in dask_worker.plugins:
        await dask_worker.plugin_add(JudgeNode(), name=PLUGIN)


async def begin_run(order: RunOrder, package: str, dask_worker: Worker) -> NodeFacts:
    """Called on a worker: make ready for a run."""
    if package != package_digest():
        return NodeFacts(refusal=f"its judge is {package_digest()}, here it is {package}")
    await dask_setup(dask_worker)
    return await asyncio.to_thread(_node(dask_worker).begin, order)


def want_run(run: str, dask_worker: Worker) -> bool:
    """Called on a worker: the client is there still; whether the run is."""
    node = _node(dask_worker)
    node.wanted[run] = time.monotonic()
    return run in node.runs


async def end_run(run: str, dask_worker: Worker) -> None:
    """Called on a worker: nobody waits for this run any longer."""
    if PLUGIN in dask_worker.plugins:
        await asyncio.to_thread(_node(dask_worker).end, run)


def _node(worker: Worker) -> JudgeNode:
    return cast("JudgeNode", worker.plugins[PLUGIN])


def judge_one(run: str, what: Sent) -> tuple[str, Answer]:
    """The task: the node's address, and one submission's result as bytes, or why there is none."""
    worker = get_worker()
    found = _node(worker).runs.get(run) if PLUGIN in worker.plugins else None
    return worker.address, Answer(UNKNOWN_RUN) if found is None else found.one(what)
