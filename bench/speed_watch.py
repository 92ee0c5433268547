"""From save to verdict: `judge watch` on one file that is saved again and again. See speed.py."""

import os
import selectors
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from speed_ground import Ground, judge_environment

from judge.errors import HarnessError

ANSWER_SECONDS = 60.0
BETWEEN_SECONDS = 3.0  # a learner thinks longer; the judge makes workers ready meanwhile
READY = b"; Ctrl-C ends it"
LAST_WORDS = b"since the last save:"  # written together with the report's summary line, behind it


@dataclass(slots=True)
class Watched:
    """A `judge watch` at work on a file."""

    path: Path
    output: IO[bytes]

    def until(self, words: bytes) -> bytes:
        """All that it writes until these words came.

        Raises:
            HarnessError: they never came.
        """
        said, stop = b"", time.monotonic() + ANSWER_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.output, selectors.EVENT_READ)
            while words not in said:
                part = b""
                if selector.select(max(stop - time.monotonic(), 0)):
                    part = os.read(self.output.fileno(), 1 << 16)
                if not part:
                    raise HarnessError(f"judge watch never wrote {words!r}, but: {said[-1000:]!r}")
                said += part
        return said

    def saved(self, content: bytes) -> float:
        """Seconds from a save, as editors do it, to the report."""
        fresh = self.path.with_name(f".{self.path.name}.new")
        fresh.write_bytes(content)
        began = time.perf_counter()
        fresh.replace(self.path)
        said = self.until(LAST_WORDS)
        seconds = time.perf_counter() - began
        if b"accepted" not in said:
            raise HarnessError(f"judge watch did not accept {self.path}: {said.decode(errors='replace')}")
        return seconds


@contextmanager
def watching(ground: Ground, kind: str) -> Iterator[Watched]:
    """A `judge watch` that has judged the file once and waits for the first save."""
    path = ground.folder / "watched" / "solution.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(ground.submission(kind).read_bytes())
    process = subprocess.Popen(
        ground.command("watch", str(path)),
        env=judge_environment(ground.folder),
        cwd=ground.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        watched = Watched(path, process.stdout)
        watched.until(READY)
        yield watched
    finally:
        process.send_signal(2)  # as Ctrl-C
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        process.stdout.close()


def saves(ground: Ground, kind: str, rounds: int) -> Iterator[tuple[float, float]]:
    """Each round's seconds from save to report, and bare's on the same submission."""
    with watching(ground, kind) as watched:
        for submission in _submissions(ground, kind, rounds):
            time.sleep(BETWEEN_SECONDS)
            loop = watched.saved(submission.read_bytes())
            time.sleep(BETWEEN_SECONDS)  # the next workers are made ready without bare beside them
            yield loop, ground.bare(submission).wall


def _submissions(ground: Ground, kind: str, rounds: int) -> Sequence[Path]:
    return [ground.submission(kind) for _ in range(rounds)]
