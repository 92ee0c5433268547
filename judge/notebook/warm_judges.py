"""The judges of this process, one a root: workers stay warm between two texts, and end with the process."""

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue

from judge.commands.inputs.find_problem import FreshProblems
from judge.errors import SandboxFault
from judge.report import Report
from judge.run.intake import Job
from judge.run.warm_judge import Outdated, WarmJudge

STEP = 0.2  # s that is waited at a time: so long Ctrl-C may take where no signal wakes who waits
PATIENCE = 1.0  # s in which nothing has to be said
BEGINS = "the judge is starting; later runs take a fraction of the time"
Say = Callable[[str], None]


def silent(_: str) -> None:
    """Where nobody wants to know what takes long."""


class RootJudge:
    """The judge of one root, for one text at a time: who comes second waits for its turn. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self._turn = threading.Lock()
        self._remarks: SimpleQueue[str] = SimpleQueue()
        self._warm = WarmJudge(root, say=self._remarks.put)
        self.problem = FreshProblems(root).problem
        self._is_new = True

    def judge(self, job: Job, say: Say = silent) -> Report:
        """Judge a text.

        Args:
            say: takes a sentence about what takes long, in this thread.

        Raises:
            JudgeError: nothing can be judged here.
            KeyboardInterrupt: Ctrl-C; the text is broken off, and the next one is judged as ever.
        """
        with self._in_turn():
            try:
                asked = self._warm.judge(job)
                asked.add_done_callback(lambda _: self._remarks.put(""))  # wakes who waits for a remark
                began = time.monotonic()
                while not asked.done():
                    if self._is_new and time.monotonic() - began > PATIENCE:
                        self._is_new = False
                        say(BEGINS)
                    self._pass_on(say)
                self._is_new = False
                return replace(asked.result(), seconds=time.monotonic() - began)
            except Outdated:
                raise SandboxFault("the judge was closed while it was at this text: ask again") from None
            except BaseException:
                self._warm.forget(job.name)
                raise

    def close(self) -> None:
        """End all workers; what is being judged is broken off."""
        self._warm.close()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        while not self._turn.acquire(timeout=STEP):
            pass
        try:
            yield
        finally:
            self._turn.release()

    def _pass_on(self, say: Say) -> None:
        """Tell what is to be told, and wait a moment for it."""
        try:
            remark = self._remarks.get(timeout=STEP)
        except Empty:
            return
        if remark:
            say(remark)


class _Kept:
    """The judges of this process. A fork begins with none: what its parent has started isn't its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._judges: dict[Path, RootJudge] = {}
        self._of_the_parent: list[object] = []  # kept, so that nothing of it is ended by being forgotten

    def of(self, root: Path) -> RootJudge:
        """The judge of this root, begun where there is none."""
        with self._lock:
            if root not in self._judges:
                self._judges[root] = RootJudge(root)
            return self._judges[root]

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            judges = list(self._judges.values())
            self._judges.clear()
        for one in judges:
            one.close()

    def begin_anew(self) -> None:
        """In a process that was just forked, with one thread and whatever locks were held."""
        self._of_the_parent.append(self._judges)
        self._lock = threading.Lock()
        self._judges = {}


_kept = _Kept()
root_judge = _kept.of
close_all = _kept.close
atexit.register(_kept.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_kept.begin_anew)
