"""One `judge run` in a process of its own, watched while it goes on; see soak.py."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

import psutil

from judge.hostile.world import World

MIB = 1 << 20
SECONDS_EACH = 15.0  # that a submission may take before a run counts as hanging, on a busy machine


@dataclass(slots=True)
class Run:
    """One `judge run` as it goes on: what it wrote so far, and how much memory it had when.

    Attributes:
        records: the JSON lines so far. sizes: resident MiB when each of them came.
    """

    process: subprocess.Popen[str]
    records: list[dict[str, Any]] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def listen(self, stream: IO[str]) -> None:
        """Take lines until the judge's end."""
        for line in stream:
            try:
                self.records.append(json.loads(line))
            except ValueError:
                self.broken.append(line)
            with suppress(psutil.Error):
                self.sizes.append(psutil.Process(self.process.pid).memory_info().rss / MIB)

    def verdicts(self) -> dict[str, str]:
        """Submission → verdict, of the results so far."""
        return {record["submission"]: record["verdict"] for record in self.records if "submission" in record}

    def said(self) -> str:
        """The end of what the judge wrote to stderr, once it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read()[-500:]


@contextmanager
def running(world: World, files: Sequence[str], jobs: int) -> Iterator[Run]:
    """A judge at work on these files; killed where it still runs in the end."""
    command = [sys.executable, "-m", "judge", "run", *files, "--root", str(world.root), "--problem", "toy"]
    command += ["--jobs", str(jobs), "--isolation", world.tier, "--format", "jsonl"]
    process = subprocess.Popen(
        command,
        env=world.environment(),
        cwd=world.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    run = Run(process)
    assert process.stdout is not None
    listener = threading.Thread(target=run.listen, args=(process.stdout,))
    listener.start()
    try:
        yield run
    finally:
        process.kill()
        process.wait()
        listener.join()


def finish(run: Run, seconds: float) -> str | None:
    """Wait for the judge to end by itself; a sentence where it doesn't."""
    try:
        run.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"the judge hangs: {len(run.verdicts())} results after {seconds:.0f} s"
    time.sleep(0.2)  # the listener takes the last lines
    return None
